// docbin-edge: the command line. Parse, one call, write; no algorithm here.
#include "docbin.h"
#include "failure.hpp"
#include "options.hpp"
#include "output.hpp"
#include "pnm.hpp"

#include <csignal>
#include <cstdio>
#include <new>

namespace docbin::edge {

namespace {

void clean(const Options& options) {
    check_output(options.output, options.force);
    PnmPage page(options.input, options.most_pixels, false);
    Rows rows = page.rows();
    std::vector<std::uint8_t> room(row_bytes(rows.width) * rows.height);
    Bits bits{room.data(), row_bytes(rows.width)};
    binarize(options.method, rows, options.threads, bits);
    write_pbm(options.output, options.force, rows.width, rows.height, bits);
}

void run(int count, const char* const* words) {
    const char* instructions = docbin_instructions();
    if (!instructions) throw Failure(Exit::usage, "DOCBIN_KERNELS wants instructions that this processor has not; unset it");
    Options options = parse(count, words);
    if (options.help) std::fputs(HELP, stdout);
    else if (options.version) std::printf("docbin-edge %s (%s)\n", docbin_version(), instructions);
    else clean(options);
}

Exit fail(Exit code, const char* message) {
    std::fprintf(stderr, "docbin-edge: %s\n", message);
    return code;
}

Exit guarded(int count, const char* const* words) {
    try {
        run(count, words);
        return Exit::ok;
    } catch (const Failure& failure) {
        return fail(failure.code(), failure.what());
    } catch (const std::bad_alloc&) {
        return fail(Exit::input, "there is not enough memory for this page; give --threads 1, or a smaller page");
    } catch (const std::exception& defect) {
        return fail(Exit::defect, (std::string("a defect of docbin, please report it: ") + defect.what()).c_str());
    }
}

}  // namespace

}  // namespace docbin::edge

int main(int count, char** words) {
    // A closed pipe is an output that cannot be written, not a signal.
    std::signal(SIGPIPE, SIG_IGN);
    return static_cast<int>(docbin::edge::guarded(count, words));
}
