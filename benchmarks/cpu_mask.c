/* Shows the program that loads it (LD_PRELOAD) a processor without AVX-512, AMX, AVX-VNNI and AVX10, so that all tools
 * of a benchmark choose what they would on a processor with AVX2 alone. For Linux on x86-64 where the kernel can trap
 * the instruction cpuid (arch_prctl ARCH_SET_CPUID, see arch_prctl(2)). */
#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { SET_CPUID = 0x1012 };

static unsigned without(unsigned word, const int *bits) {
    for (; *bits >= 0; ++bits) word &= ~(1u << *bits);
    return word;
}

static void answer(int number, siginfo_t *info, void *context) {
    /* AVX512F, DQ, IFMA, PF, ER, CD, BW, VL; VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ; 4VNNIW, 4FMAPS, VP2INTERSECT,
     * AMX-BF16, FP16, AMX-TILE, AMX-INT8; AVX-VNNI, AVX512-BF16, AMX-FP16, AVX-IFMA. */
    static const int ebx[] = {16, 17, 21, 26, 27, 28, 30, 31, -1}, ecx[] = {1, 6, 11, 12, 14, -1};
    static const int edx[] = {2, 3, 8, 22, 23, 24, 25, -1}, eax[] = {4, 5, 21, 23, -1};
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned char *at = (const unsigned char *)registers[REG_RIP];
    unsigned leaf = (unsigned)registers[REG_RAX], part = (unsigned)registers[REG_RCX], a, b, c, d;
    (void)info;
    if (at[0] != 0x0F || at[1] != 0xA2) { /* another fault: it happens again, and ends the program */
        signal(number, SIG_DFL);
        return;
    }
    syscall(SYS_arch_prctl, SET_CPUID, 1);
    __cpuid_count(leaf, part, a, b, c, d);
    syscall(SYS_arch_prctl, SET_CPUID, 0);
    if (leaf == 7 && part == 0) {
        b = without(b, ebx);
        c = without(c, ecx);
        d = without(d, edx);
    } else if (leaf == 7 && part == 1) {
        a = without(a, eax);
        d = 0;
    }
    registers[REG_RAX] = a;
    registers[REG_RBX] = b;
    registers[REG_RCX] = c;
    registers[REG_RDX] = d;
    registers[REG_RIP] += 2;
}

__attribute__((constructor)) static void begin(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = answer;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, NULL);
    if (syscall(SYS_arch_prctl, SET_CPUID, 0)) {
        perror("this processor or its host cannot trap cpuid");
        exit(1);
    }
}
