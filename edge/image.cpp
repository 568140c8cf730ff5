#include "image.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

namespace docbin::edge {

namespace {

const docbin_image& image_of(const void* context) { return *static_cast<const docbin_image*>(context); }

void read_gray(const void* context, std::size_t y, std::uint8_t* row) {
    const docbin_image& image = image_of(context);
    std::memcpy(row, image.data + y * image.stride, image.width);
}

void read_rgb(const void* context, std::size_t y, std::uint8_t* row) {
    const docbin_image& image = image_of(context);
    std::memcpy(row, image.data + y * image.stride, 3 * std::size_t{image.width});
}

std::uint8_t limited(std::int32_t x) { return static_cast<std::uint8_t>(x < 0 ? 0 : x > 255 ? 255 : x); }

// x / 65536, rounded; the sum before is made positive, since to shift a negative number is the compiler's affair.
std::int32_t rounded(std::int32_t x) { return ((x + 32768 + (512 << 16)) >> 16) - 512; }

void read_nv(const void* context, std::size_t y, std::uint8_t* row) {
    const docbin_image& image = image_of(context);
    const std::uint8_t* luma = image.data + y * image.stride;
    const std::uint8_t* chroma = image.chroma + y / 2 * image.chroma_stride;
    const std::size_t at_blue = image.format == DOCBIN_NV12 ? 0 : 1;
    for (std::size_t x = 0; x < image.width; ++x, row += 3) {
        const std::uint8_t* pair = chroma + x / 2 * 2;
        std::int32_t blue = pair[at_blue] - 128, red = pair[1 - at_blue] - 128, light = luma[x];
        row[0] = limited(light + rounded(91881 * red));
        row[1] = limited(light - rounded(22554 * blue + 46802 * red));
        row[2] = limited(light + rounded(116130 * blue));
    }
}

void check_stride(const char* name, std::size_t stride, std::size_t least, std::size_t rows) {
    if (stride < least)
        throw std::invalid_argument(std::string(name) + " is " + std::to_string(stride) + "; a row has " +
                                    std::to_string(least) + " bytes");
    if (stride > static_cast<std::size_t>(-1) / 2 / rows)
        throw std::invalid_argument(std::string(name) + " is " + std::to_string(stride) + ", more than memory can have");
}

void check(const docbin_image& image, bool colour) {
    if (image.size < sizeof(docbin_image))
        throw std::invalid_argument("image->size is " + std::to_string(image.size) + "; give sizeof(docbin_image), " +
                                    std::to_string(sizeof(docbin_image)));
    if (image.format < DOCBIN_GRAY || image.format > DOCBIN_NV21)
        throw std::invalid_argument("image->format is " + std::to_string(image.format) +
                                    "; give DOCBIN_GRAY, DOCBIN_RGB, DOCBIN_NV12 or DOCBIN_NV21");
    std::uint64_t pixels = std::uint64_t{image.width} * image.height;
    if (!pixels || image.width > DOCBIN_MOST_EXTENT || image.height > DOCBIN_MOST_EXTENT || pixels > DOCBIN_MOST_PIXELS)
        throw std::invalid_argument("the image has " + std::to_string(image.width) + " x " + std::to_string(image.height) +
                                    " pixels; give 1 to 1048576 on each side, and at most 2147483647 in all");
    if (!image.data) throw std::invalid_argument("image->data is NULL");
    check_stride("image->stride", image.stride, (image.format == DOCBIN_RGB ? 3 : 1) * std::size_t{image.width}, image.height);
    if (image.format < DOCBIN_NV12 || !colour) return;
    if (!image.chroma) throw std::invalid_argument("image->chroma is NULL; this network sees colour");
    check_stride("image->chroma_stride", image.chroma_stride, (std::size_t{image.width} + 1) / 2 * 2, image.height);
}

}  // namespace

Rows rows_of(const docbin_image& image, bool colour) {
    check(image, colour);
    if (image.format == DOCBIN_RGB) return {image.height, image.width, 3, read_rgb, &image, nullptr};
    if (image.format != DOCBIN_GRAY && colour) return {image.height, image.width, 3, read_nv, &image, nullptr};
    return {image.height, image.width, 1, read_gray, &image, image.stride == image.width ? image.data : nullptr};
}

}  // namespace docbin::edge
