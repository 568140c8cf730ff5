/* docbin on a device: pages to ink, from C99 or C++.
 *
 * Link with libdocbin_edge.a (and -lpthread and the C++ library, or with g++). Results are the same bits as
 * those of the Python package, on every processor and any number of threads.
 *
 *     docbin_method *method;
 *     docbin_error error;
 *     if (docbin_method_new("sauvola", &method, &error) != DOCBIN_OK) { puts(error.message); ... }
 *     docbin_image image = {sizeof image, DOCBIN_NV12, 1280, 720, y, 1280, uv, 1280};
 *     docbin_binarize(method, &image, 2, bits, DOCBIN_ROW_BYTES(1280), &error);
 *     docbin_method_free(method);
 *
 * What holds for every function:
 * - Nothing is thrown, printed, or read from files; no state is kept between calls but what a handle holds, and
 *   no input is changed. The processor is asked once which instructions it has; DOCBIN_KERNELS=scalar in
 *   the environment makes the library use none of them.
 * - A handle may be used by any number of threads at once, as long as none of them changes or frees it.
 * - Threads that a call starts do not touch the caller's memory after it has returned.
 * - What is out of range gives a status and, where `error` is not NULL, a message in English that says what was
 *   given and what is allowed. `error->message` is always ended by a zero. Without success, results are undefined.
 * - The interface is stable: functions, fields and values of one DOCBIN_ABI stay as they are; more may be added at
 *   the end of a structure, whose `size` says which it has, or as new functions.
 */
#ifndef DOCBIN_H
#define DOCBIN_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define DOCBIN_API __attribute__((visibility("default")))
#else
#define DOCBIN_API
#endif

#ifdef __cplusplus
#define DOCBIN_NOTHROW noexcept
extern "C" {
#else
#define DOCBIN_NOTHROW
#endif

#define DOCBIN_ABI 1

/* "0.1.0". */
DOCBIN_API const char *docbin_version(void) DOCBIN_NOTHROW;
/* DOCBIN_ABI of the library that was linked; compare it with that of the header. */
DOCBIN_API int32_t docbin_abi(void) DOCBIN_NOTHROW;
/* "avx2", "neon" or "scalar": what runs here. NULL where DOCBIN_KERNELS wants what the processor has not. */
DOCBIN_API const char *docbin_instructions(void) DOCBIN_NOTHROW;

/* What every function that can fail returns. */
typedef int32_t docbin_status;
#define DOCBIN_OK 0
#define DOCBIN_BAD_ARGUMENT 1 /* NULL, an unknown name, a value or size out of range */
#define DOCBIN_BAD_WEIGHTS 2  /* bytes that are no packed network, or a damaged one */
#define DOCBIN_NO_MEMORY 3    /* memory could not be had; what was had is given back */
#define DOCBIN_DEFECT 4       /* a defect of docbin: please report it */

/* One line about a status; never NULL. */
DOCBIN_API const char *docbin_status_text(docbin_status status) DOCBIN_NOTHROW;

/* Room for a message, of the caller; its size never changes. */
typedef struct docbin_error {
    docbin_status status;
    char message[508];
} docbin_error;

/* ---- Images ---------------------------------------------------------------------------------------------- */

/* 0 is black. Colour becomes gray by (19595 R + 38470 G + 7471 B + 32768) >> 16 (BT.601).
 *
 * DOCBIN_GRAY  one byte a pixel.
 * DOCBIN_RGB   three bytes a pixel: red, green, blue.
 * DOCBIN_NV12  a plane of luma, one byte a pixel, and in `chroma` one pair of bytes Cb, Cr for every square of 2x2
 *              pixels: (width + 1) / 2 pairs a row, (height + 1) / 2 rows.
 * DOCBIN_NV21  the same with Cr before Cb.
 *
 * Of NV12 and NV21 the luma is the gray page, as it is; chroma is read only for networks that see colour, and
 * may be NULL otherwise. Colour is then, with c = chroma - 128, full range as cameras and JPEG have it,
 * each cut to 0...255 (>> rounds down):
 *     R = Y + ((91881 Cr + 32768) >> 16)
 *     G = Y - ((22554 Cb + 46802 Cr + 32768) >> 16)
 *     B = Y + ((116130 Cb + 32768) >> 16)
 */
#define DOCBIN_GRAY 0
#define DOCBIN_RGB 1
#define DOCBIN_NV12 2
#define DOCBIN_NV21 3

/* The largest extents of an image, and most pixels. */
#define DOCBIN_MOST_EXTENT 1048576
#define DOCBIN_MOST_PIXELS 2147483647

typedef struct docbin_image {
    size_t size;           /* sizeof(docbin_image) */
    int32_t format;        /* one of the above */
    uint32_t width;        /* pixels, 1 or more */
    uint32_t height;       /* pixels, 1 or more */
    const uint8_t *data;   /* the top left pixel */
    size_t stride;         /* bytes from a row to the next, at least those of a row */
    const uint8_t *chroma; /* of NV12 and NV21; else not looked at */
    size_t chroma_stride;  /* the same of chroma, at least 2 ((width + 1) / 2) */
} docbin_image;

/* ---- Results --------------------------------------------------------------------------------------------- */

/* Rows of bits as in a PBM file (P4): eight pixels a byte, the left one in the highest bit, 1 = ink; bits beyond the
 * width are 0. `stride` is the number of bytes from a row to the next, at least DOCBIN_ROW_BYTES(width); bytes
 * between rows are not written. */
#define DOCBIN_ROW_BYTES(width) (((size_t)(width) + 7) / 8)

/* ---- Methods --------------------------------------------------------------------------------------------- */

typedef struct docbin_method docbin_method;

/* A method by name, with the values that docbin has:
 *     otsu      no parameters
 *     sauvola   window 25, k 0.2, r 128
 *     isauvola  window 25, k 0.1, r 128, opening 1, least 0
 * `*method` is NULL unless it succeeds. */
DOCBIN_API docbin_status docbin_method_new(const char *name, docbin_method **method, docbin_error *error) DOCBIN_NOTHROW;

/* Sets a parameter:
 *     window   side of the window, a whole number of pixels from 3 to 4095; even ones go up to the next odd
 *     k        sensitivity: larger makes strokes thinner
 *     r        dynamic range of the deviation, 0.000001 or more
 *     opening  side of the square that opens the contrast map, from 1 (none) to 4095
 *     least    least contrast of text in gray levels, from 0 to 256 */
DOCBIN_API docbin_status docbin_method_set(docbin_method *method, const char *parameter, double value,
                                           docbin_error *error) DOCBIN_NOTHROW;

/* NULL is allowed. */
DOCBIN_API void docbin_method_free(docbin_method *method) DOCBIN_NOTHROW;

/* Binarizes an image on up to `threads` threads (1 to 256), the caller's among them.
 *
 * Memory beyond the image and the bits, at most: for each thread 1 MB, 3 windows of rows and 64 rows, and 40 bytes
 * for each column; for isauvola also a bit a pixel and 5 bytes for each run of ink in a row (2.5 bytes a pixel where
 * every other pixel is ink); with an opening, 3 bytes a pixel more. */
DOCBIN_API docbin_status docbin_binarize(const docbin_method *method, const docbin_image *image, int32_t threads,
                                         uint8_t *bits, size_t stride, docbin_error *error) DOCBIN_NOTHROW;

/* ---- Packed networks ------------------------------------------------------------------------------------- */

typedef struct docbin_network docbin_network;

/* A network from the bytes of a packed file (docs/packed-format.md), which are copied. What is not sound in every
 * part, or gives no mask, is refused with DOCBIN_BAD_WEIGHTS. `*network` is NULL unless it succeeds. */
DOCBIN_API docbin_status docbin_network_load(const void *bytes, size_t size, docbin_network **network,
                                             docbin_error *error) DOCBIN_NOTHROW;

/* What the file says of itself under a key such as "name", "licence" or "metrics"; NULL where it says nothing. It
 * lives as long as the network. */
DOCBIN_API const char *docbin_network_text(const docbin_network *network, const char *key) DOCBIN_NOTHROW;

/* NULL is allowed. */
DOCBIN_API void docbin_network_free(docbin_network *network) DOCBIN_NOTHROW;

/* Makes the mask of an image by a network, on up to `threads` threads (1 to 256), the caller's among them.
 *
 * Memory beyond the image and the bits: for each thread some rows of every value of the graph, which grows with the
 * width of the image, not with its height. More than 4 GiB for a thread is refused. */
DOCBIN_API docbin_status docbin_network_run(const docbin_network *network, const docbin_image *image, int32_t threads,
                                            uint8_t *bits, size_t stride, docbin_error *error) DOCBIN_NOTHROW;

#ifdef __cplusplus
}
#endif

#endif
