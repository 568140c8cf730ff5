/* The C interface as a C99 program uses it.
 *
 *     interface METHOD|FILE.docbin FORMAT WIDTH HEIGHT STRIDE CHROMA_STRIDE BITS_STRIDE THREADS [KEY=VALUE...]
 *         reads rows, and those of chroma, from standard input and writes the bits; what lies between rows is 0xAA
 *     interface threads FILE.docbin   one network and one of each method on eight threads at once: the same bits
 *     interface refusals FILE.docbin  what must be refused
 */
#include <docbin.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *room(size_t bytes) {
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory) exit(10);
    return memory;
}

static unsigned char *contents(FILE *file, size_t *size) {
    size_t capacity = 1 << 16;
    unsigned char *bytes = room(capacity);
    size_t got;
    *size = 0;
    while ((got = fread(bytes + *size, 1, capacity - *size, file)) > 0) {
        *size += got;
        if (*size < capacity) continue;
        capacity *= 2;
        bytes = realloc(bytes, capacity);
        if (!bytes) exit(10);
    }
    return bytes;
}

static docbin_network *loaded(const char *path, docbin_error *error) {
    FILE *file = fopen(path, "rb");
    docbin_network *network = NULL;
    unsigned char *bytes;
    size_t size;
    if (!file) exit(11);
    bytes = contents(file, &size);
    fclose(file);
    docbin_network_load(bytes, size, &network, error);
    free(bytes);
    return network;
}

static int failed(const docbin_error *error) {
    fprintf(stderr, "%d %s\n", (int)error->status, error->message);
    return 1;
}

static docbin_method *made(const char *name, int count, char **settings, docbin_error *error) {
    docbin_method *method = NULL;
    int i;
    if (docbin_method_new(name, &method, error) != DOCBIN_OK) return NULL;
    for (i = 0; i < count; ++i) {
        char *equals = strchr(settings[i], '=');
        *equals = 0;
        if (docbin_method_set(method, settings[i], atof(equals + 1), error) == DOCBIN_OK) continue;
        docbin_method_free(method);
        return NULL;
    }
    return method;
}

static int binarize(int count, char **words) {
    docbin_image image = {sizeof image, 0, 0, 0, NULL, 0, NULL, 0};
    docbin_error error;
    docbin_status status;
    size_t size, stride = strtoul(words[6], NULL, 10);
    int32_t threads = atoi(words[7]);
    unsigned char *bits;
    image.format = atoi(words[1]);
    image.width = (uint32_t)atol(words[2]);
    image.height = (uint32_t)atol(words[3]);
    image.stride = strtoul(words[4], NULL, 10);
    image.chroma_stride = strtoul(words[5], NULL, 10);
    image.data = contents(stdin, &size);
    image.chroma = image.data + image.height * image.stride;
    bits = room(image.height * stride);
    memset(bits, 0xAA, image.height * stride);
    if (strchr(words[0], '.')) {
        docbin_network *network = loaded(words[0], &error);
        if (!network) return failed(&error);
        status = docbin_network_run(network, &image, threads, bits, stride, &error);
        docbin_network_free(network);
    } else {
        docbin_method *method = made(words[0], count - 8, words + 8, &error);
        if (!method) return failed(&error);
        status = docbin_binarize(method, &image, threads, bits, stride, &error);
        docbin_method_free(method);
    }
    if (status != DOCBIN_OK) return failed(&error);
    fwrite(bits, 1, image.height * stride, stdout);
    free(bits);
    free((void *)image.data);
    return 0;
}

enum { SIDE = 150, CALLS = 4, THREADS = 8 };

static docbin_method *methods[3];
static docbin_network *network;
static unsigned char page[3 * SIDE * SIDE];

static void call(int which, unsigned char *bits) {
    docbin_image image = {sizeof image, DOCBIN_RGB, SIDE, SIDE, page, 3 * SIDE, NULL, 0};
    docbin_error error;
    docbin_status status =
        which < 3 ? docbin_binarize(methods[which], &image, 2, bits, DOCBIN_ROW_BYTES(SIDE), &error)
                  : docbin_network_run(network, &image, 2, bits, DOCBIN_ROW_BYTES(SIDE), &error);
    if (status != DOCBIN_OK) exit(failed(&error));
}

static void *all_calls(void *bits) {
    int round, which;
    for (round = 0; round < 3; ++round)
        for (which = 0; which < CALLS; ++which)
            call(which, (unsigned char *)bits + (size_t)which * SIDE * DOCBIN_ROW_BYTES(SIDE));
    return NULL;
}

static int run_threads(const char *path) {
    static const char *const names[] = {"otsu", "sauvola", "isauvola"};
    size_t bytes = CALLS * SIDE * DOCBIN_ROW_BYTES(SIDE);
    unsigned char *results[THREADS];
    pthread_t ids[THREADS];
    docbin_error error;
    int i, same = 1;
    for (i = 0; i < 3 * SIDE * SIDE; ++i) page[i] = (unsigned char)(((unsigned)i * 2654435761u) >> 24);
    for (i = 0; i < 3; ++i)
        if (docbin_method_new(names[i], &methods[i], &error) != DOCBIN_OK) return failed(&error);
    if (!(network = loaded(path, &error))) return failed(&error);
    for (i = 0; i < THREADS; ++i) {
        results[i] = room(bytes);
        if (pthread_create(&ids[i], NULL, all_calls, results[i])) return 12;
    }
    for (i = 0; i < THREADS; ++i) pthread_join(ids[i], NULL);
    for (i = 0; i < THREADS; ++i) {
        same &= !memcmp(results[0], results[i], bytes);
        if (i) free(results[i]);
    }
    free(results[0]);
    for (i = 0; i < 3; ++i) docbin_method_free(methods[i]);
    docbin_network_free(network);
    return same ? 0 : 13;
}

static int wrong;

static void expect(int line, docbin_status wanted, docbin_status status, const docbin_error *error, const char *part) {
    if (status == wanted && error->status == wanted && strstr(error->message, part)) return;
    fprintf(stderr, "line %d: %d %s\n", line, (int)status, error->message);
    wrong = 1;
}

#define REFUSED(call, part) expect(__LINE__, DOCBIN_BAD_ARGUMENT, (call), &error, part)
#define IMAGE(field, value, part)                                            \
    do {                                                                     \
        docbin_image other = image;                                          \
        other.field = value;                                                 \
        REFUSED(docbin_binarize(method, &other, 1, bits, 2, &error), part); \
    } while (0)

static void refuse_images(docbin_method *method, const docbin_image image) {
    docbin_error error;
    unsigned char bits[32];
    IMAGE(size, sizeof image - 1, "sizeof(docbin_image)");
    IMAGE(format, 4, "DOCBIN_NV21");
    IMAGE(format, -1, "DOCBIN_GRAY");
    IMAGE(width, 0, "0 x 10 pixels");
    IMAGE(height, 0, "10 x 0 pixels");
    IMAGE(width, 4294967295u, "4294967295 x 10");
    IMAGE(height, 1048577, "1048577");
    IMAGE(data, NULL, "image->data is NULL");
    IMAGE(stride, 9, "stride is 9; a row has 10 bytes");
    IMAGE(stride, (size_t)-1, "more than memory can have");
    IMAGE(format, DOCBIN_RGB, "a row has 30 bytes");
    REFUSED(docbin_binarize(method, &image, 1, bits, 1, &error), "a row of the result has 2 bytes");
    REFUSED(docbin_binarize(method, &image, 1, bits, (size_t)-1, &error), "stride is");
    REFUSED(docbin_binarize(method, &image, 0, bits, 2, &error), "threads is 0; give 1 to 256");
    REFUSED(docbin_binarize(method, &image, 257, bits, 2, &error), "threads is 257");
    REFUSED(docbin_binarize(method, &image, 1, NULL, 2, &error), "bits is NULL");
    REFUSED(docbin_binarize(method, NULL, 1, bits, 2, &error), "image is NULL");
    REFUSED(docbin_binarize(NULL, &image, 1, bits, 2, &error), "method is NULL");
    if (docbin_binarize(NULL, &image, 1, bits, 2, NULL) != DOCBIN_BAD_ARGUMENT) wrong = 1;
    expect(__LINE__, DOCBIN_OK, docbin_binarize(method, &image, 256, bits, 3, &error), &error, "");
}

static void refuse_networks(const char *path, docbin_image image) {
    docbin_error error;
    unsigned char bits[32];
    docbin_network *network = loaded(path, &error), *other = network;
    if (!network) exit(failed(&error));
    REFUSED(docbin_network_load(NULL, 9, &other, &error), "bytes is NULL");
    if (other) wrong = 1;
    REFUSED(docbin_network_load("", 0, NULL, &error), "network is NULL");
    expect(__LINE__, DOCBIN_BAD_WEIGHTS, docbin_network_load("", 0, &other, &error), &error, "");
    expect(__LINE__, DOCBIN_BAD_WEIGHTS, docbin_network_load("sixteen letters.", 16, &other, &error), &error, "");
    expect(__LINE__, DOCBIN_BAD_WEIGHTS, docbin_network_load(bits, (size_t)1 << 40, &other, &error), &error, "64 MiB");
    image.format = DOCBIN_NV12;
    image.chroma = NULL;
    REFUSED(docbin_network_run(network, &image, 1, bits, 2, &error), "chroma is NULL");
    image.chroma = image.data;
    image.chroma_stride = 9;
    REFUSED(docbin_network_run(network, &image, 1, bits, 2, &error), "chroma_stride is 9; a row has 10 bytes");
    REFUSED(docbin_network_run(NULL, &image, 1, bits, 2, &error), "network is NULL");
    if (!docbin_network_text(network, "format") || strcmp(docbin_network_text(network, "format"), "docbin-packed")) wrong = 1;
    if (docbin_network_text(network, "none") || docbin_network_text(NULL, "format")) wrong = 1;
    docbin_network_free(network);
}

static int run_refusals(const char *path) {
    static const unsigned char data[300] = {0};
    docbin_image image = {sizeof image, DOCBIN_GRAY, 10, 10, data, 10, NULL, 0};
    docbin_error error;
    docbin_method *method;
    char name[4000];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    REFUSED(docbin_method_new("wolf", &method, &error), "no method 'wolf'; give otsu, sauvola or isauvola");
    REFUSED(docbin_method_new(name, &method, &error), "no method 'nnnn");
    if (method) wrong = 1;
    REFUSED(docbin_method_new(NULL, &method, &error), "name is NULL");
    REFUSED(docbin_method_new("otsu", NULL, &error), "method is NULL");
    if (docbin_method_new("sauvola", &method, &error) != DOCBIN_OK) return failed(&error);
    REFUSED(docbin_method_set(method, "size", 3, &error), "sauvola has no parameter 'size'");
    REFUSED(docbin_method_set(method, NULL, 3, &error), "parameter is NULL");
    REFUSED(docbin_method_set(NULL, "k", 3, &error), "method is NULL");
    REFUSED(docbin_method_set(method, "window", 3.5, &error), "window is 3.5");
    REFUSED(docbin_method_set(method, "k", strtod("nan", NULL), &error), "k is nan");
    refuse_images(method, image);
    docbin_method_free(method);
    docbin_method_free(NULL);
    docbin_network_free(NULL);
    refuse_networks(path, image);
    if (docbin_abi() != DOCBIN_ABI || !strlen(docbin_version()) || !docbin_instructions()) wrong = 1;
    if (!strlen(docbin_status_text(DOCBIN_NO_MEMORY)) || !strlen(docbin_status_text(99))) wrong = 1;
    return wrong;
}

int main(int count, char **words) {
    if (count == 3 && !strcmp(words[1], "threads")) return run_threads(words[2]);
    if (count == 3 && !strcmp(words[1], "refusals")) return run_refusals(words[2]);
    if (count >= 9) return binarize(count - 1, words + 1);
    return 2;
}
