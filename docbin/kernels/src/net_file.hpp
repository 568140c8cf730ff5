// The container of a packed network: a safetensors file whose every claim is checked before it is believed.
#pragma once
#include "net_json.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docbin::net {

constexpr std::size_t FILE_BYTES = std::size_t{64} << 20;
constexpr std::size_t HEADER_BYTES = std::size_t{1} << 20;
constexpr std::size_t FILE_TENSORS = 65536;
constexpr std::size_t NAME_LENGTH = 64;

enum class Dtype { i8, i16, i32, i64, u8, f32 };

const char* name_of(Dtype dtype);
std::size_t size_of(Dtype dtype);

struct Tensor {
    std::string name;
    Dtype dtype;
    std::vector<std::size_t> shape;
    const unsigned char* data;  // into the file's bytes, aligned to nothing
    std::size_t bytes;

    std::size_t count() const { return bytes / size_of(dtype); }
};

// 1 to 64 characters of [A-Za-z0-9_.-].
bool is_name(std::string_view name);
// Text of a file as a message may show it: shortened, what cannot be printed replaced.
std::string quoted(std::string_view text);
std::string shape_text(const std::vector<std::size_t>& shape);

struct File {
    std::vector<std::pair<std::string, std::string>> metadata;
    std::vector<Tensor> tensors;  // sorted by name

    const std::string* find_metadata(std::string_view key) const;
    const Tensor* find_tensor(std::string_view name) const;
};

// Throws NetError. The tensors point into `data`, which must outlive them.
File read_file(const unsigned char* data, std::size_t bytes);

}  // namespace docbin::net
