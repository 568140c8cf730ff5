#include "net_file.hpp"

#include "net_error.hpp"

#include <algorithm>
#include <iterator>

namespace docbin::net {

namespace {

struct DtypeName {
    Dtype dtype;
    const char* name;
    std::size_t size;
};

constexpr DtypeName DTYPES[] = {{Dtype::i8, "I8", 1},   {Dtype::i16, "I16", 2}, {Dtype::i32, "I32", 4},
                                {Dtype::i64, "I64", 8}, {Dtype::u8, "U8", 1}, {Dtype::f32, "F32", 4}};

constexpr const char* VERSION = "2";

// A tensor of an operation has at most four extents.
constexpr std::size_t MOST_EXTENTS = 4;

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
    throw NetError("tensor " + quoted(name) + " " + reason);
}

Dtype dtype_of(const std::string& name, const Json& entry) {
    const Json* found = entry.find("dtype");
    if (found && found->kind == Json::Kind::text)
        for (const DtypeName& known : DTYPES)
            if (found->text == known.name) return known.dtype;
    refuse(name, "has no dtype of a packed network: I8, I16, I32, I64, U8 or F32");
}

std::size_t whole_number(const std::string& name, const Json& value, const char* what) {
    if (value.kind != Json::Kind::whole || value.whole < 0)
        refuse(name, std::string("has ") + what + " that are not whole numbers from 0");
    return static_cast<std::size_t>(value.whole);
}

std::vector<std::size_t> shape_of(const std::string& name, const Json& entry) {
    const Json* found = entry.find("shape");
    if (!found || found->kind != Json::Kind::array) refuse(name, "has no shape");
    if (found->items.empty() || found->items.size() > MOST_EXTENTS) refuse(name, "needs 1 to 4 extents");
    std::vector<std::size_t> shape;
    for (const Json& item : found->items) {
        std::size_t extent = whole_number(name, item, "extents");
        if (extent == 0 || extent > FILE_BYTES) refuse(name, "has an extent of " + std::to_string(extent));
        shape.push_back(extent);
    }
    return shape;
}

// Bytes of an array; more than a file can have where it is larger than that.
std::size_t bytes_of(const std::vector<std::size_t>& shape, Dtype dtype) {
    std::size_t bytes = size_of(dtype);
    for (std::size_t extent : shape) {
        bytes *= extent;
        if (bytes > FILE_BYTES) return FILE_BYTES + 1;
    }
    return bytes;
}

Tensor read_tensor(const std::string& name, const Json& entry, const unsigned char* data, std::size_t room) {
    if (!is_name(name)) refuse(name, "is no name: 1 to 64 characters of A-Z a-z 0-9 _ . -");
    if (entry.kind != Json::Kind::object || entry.keys.size() != 3)
        refuse(name, "needs dtype, shape and data_offsets, and nothing else");
    Dtype dtype = dtype_of(name, entry);
    std::vector<std::size_t> shape = shape_of(name, entry);
    const Json* offsets = entry.find("data_offsets");
    if (!offsets || offsets->kind != Json::Kind::array || offsets->items.size() != 2)
        refuse(name, "has no data_offsets");
    std::size_t first = whole_number(name, offsets->items[0], "offsets");
    std::size_t last = whole_number(name, offsets->items[1], "offsets");
    if (first > last || last > room)
        refuse(name, "lies at " + std::to_string(first) + " to " + std::to_string(last) + " of " +
                         std::to_string(room) + " bytes of data");
    std::size_t bytes = bytes_of(shape, dtype);
    if (bytes != last - first)
        refuse(name, "has " + std::to_string(last - first) + " bytes, which are not those of " + name_of(dtype) +
                         shape_text(shape));
    return {name, dtype, std::move(shape), data + first, bytes};
}

// One after another from the first byte to the last.
void check_contiguous(std::vector<Tensor>& tensors, const unsigned char* data, std::size_t room) {
    std::sort(tensors.begin(), tensors.end(), [](const Tensor& a, const Tensor& b) { return a.data < b.data; });
    const unsigned char* end = data;
    for (const Tensor& tensor : tensors) {
        if (tensor.data != end)
            refuse(tensor.name, tensor.data < end ? "overlaps another" : "comes after a gap");
        end = tensor.data + tensor.bytes;
    }
    if (end != data + room)
        throw NetError("the file has " + std::to_string(data + room - end) + " bytes after the last tensor");
}

void read_metadata(const Json& entry, File& file) {
    if (entry.kind != Json::Kind::object) throw NetError("__metadata__ is no object");
    for (std::size_t i = 0; i < entry.keys.size(); ++i) {
        if (entry.items[i].kind != Json::Kind::text)
            throw NetError("__metadata__ has " + quoted(entry.keys[i]) + ", which is no string");
        file.metadata.emplace_back(entry.keys[i], entry.items[i].text);
    }
}

void check_format(const File& file) {
    const std::string* format = file.find_metadata("format");
    if (!format || *format != "docbin-packed")
        throw NetError("the file is no packed network: format is " + (format ? quoted(*format) : "missing") +
                       ", it must be docbin-packed");
    const std::string* version = file.find_metadata("version");
    if (!version || *version != VERSION)
        throw NetError("the packed network's version is " + (version ? quoted(*version) : "missing") +
                       "; this docbin reads version " + VERSION + ": export the network again (docbin export)");
    if (!file.find_metadata("graph")) throw NetError("the packed network has no graph");
}

}  // namespace

const char* name_of(Dtype dtype) { return DTYPES[static_cast<int>(dtype)].name; }
std::size_t size_of(Dtype dtype) { return DTYPES[static_cast<int>(dtype)].size; }

bool is_name(std::string_view name) {
    auto allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
               c == '-';
    };
    return !name.empty() && name.size() <= NAME_LENGTH && std::all_of(name.begin(), name.end(), allowed);
}

std::string quoted(std::string_view text) {
    std::string shown = "'";
    for (char c : text.substr(0, NAME_LENGTH)) shown.push_back(c >= 0x20 && c < 0x7F ? c : '?');
    return shown + (text.size() > NAME_LENGTH ? "...'" : "'");
}

std::string shape_text(const std::vector<std::size_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

const std::string* File::find_metadata(std::string_view key) const {
    for (const auto& entry : metadata)
        if (entry.first == key) return &entry.second;
    return nullptr;
}

const Tensor* File::find_tensor(std::string_view name) const {
    auto before = [](const Tensor& tensor, std::string_view key) { return tensor.name < key; };
    auto found = std::lower_bound(tensors.begin(), tensors.end(), name, before);
    return found != tensors.end() && found->name == name ? &*found : nullptr;
}

File read_file(const unsigned char* data, std::size_t bytes) {
    if (bytes > FILE_BYTES) throw NetError("the file is larger than the 64 MiB of a packed network");
    if (bytes < 8) throw NetError("the file is no packed network: it has less than 8 bytes");
    std::uint64_t header = 0;
    for (int i = 0; i < 8; ++i) header |= std::uint64_t{data[i]} << (8 * i);
    if (header > HEADER_BYTES) throw NetError("the header of the file claims more than 1 MiB");
    if (header > bytes - 8) throw NetError("the file ends within its header");
    std::size_t length = static_cast<std::size_t>(header), room = bytes - 8 - length;
    Json root = read_json({reinterpret_cast<const char*>(data + 8), length}, "the header of the file");
    if (root.kind != Json::Kind::object) throw NetError("the header of the file is no object");
    if (root.keys.size() > FILE_TENSORS + 1) throw NetError("the file has more than 65536 tensors");
    const Json* metadata = root.find("__metadata__");
    if (!metadata) throw NetError("the file is no packed network: it has no __metadata__");
    File file;
    read_metadata(*metadata, file);
    check_format(file);  // before the tensors, which another version has in other forms
    for (std::size_t i = 0; i < root.keys.size(); ++i)
        if (&root.items[i] != metadata)
            file.tensors.push_back(read_tensor(root.keys[i], root.items[i], data + 8 + length, room));
    check_contiguous(file.tensors, data + 8 + length, room);
    std::sort(file.tensors.begin(), file.tensors.end(),
              [](const Tensor& a, const Tensor& b) { return a.name < b.name; });
    return file;
}

}  // namespace docbin::net
