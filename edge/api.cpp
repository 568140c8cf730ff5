// The C interface: checks, and a wall that no exception passes.
#include "docbin.h"

#include "image.hpp"
#include "methods.hpp"
#include "net_error.hpp"
#include "networks.hpp"

#include <cstdio>
#include <memory>
#include <new>
#include <stdexcept>

struct docbin_method {
    docbin::edge::Method method;
};

struct docbin_network {
    docbin::net::Network network;
};

namespace {

using namespace docbin::edge;

docbin_status failed(docbin_error* error, docbin_status status, const char* message) {
    if (!error) return status;
    error->status = status;
    std::snprintf(error->message, sizeof error->message, "%s", message);
    return status;
}

class BadWeights : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

template <class Work>
docbin_status guarded(docbin_error* error, const Work& work) noexcept {
    try {
        work();
        return failed(error, DOCBIN_OK, "");
    } catch (const std::invalid_argument& refusal) {
        return failed(error, DOCBIN_BAD_ARGUMENT, refusal.what());
    } catch (const BadWeights& refusal) {
        return failed(error, DOCBIN_BAD_WEIGHTS, refusal.what());
    } catch (const std::bad_alloc&) {
        return failed(error, DOCBIN_NO_MEMORY, "there is not enough memory; give fewer threads or a smaller image");
    } catch (const std::length_error&) {
        return failed(error, DOCBIN_NO_MEMORY, "there is not enough memory; give fewer threads or a smaller image");
    } catch (const std::exception& defect) {
        return failed(error, DOCBIN_DEFECT, defect.what());
    } catch (...) {
        return failed(error, DOCBIN_DEFECT, "a defect of docbin: please report it");
    }
}

template <class T>
T& given(T* pointer, const char* name) {
    if (!pointer) throw std::invalid_argument(std::string(name) + " is NULL");
    return *pointer;
}

void check_target(const docbin_image& image, std::int32_t threads, const std::uint8_t* bits, std::size_t stride) {
    given(bits, "bits");
    if (threads < 1 || threads > 256)
        throw std::invalid_argument("threads is " + std::to_string(threads) + "; give 1 to 256");
    std::size_t least = row_bytes(image.width);
    if (stride < least || stride > static_cast<std::size_t>(-1) / 2 / image.height)
        throw std::invalid_argument("stride is " + std::to_string(stride) + "; a row of the result has " +
                                    std::to_string(least) + " bytes");
}

}  // namespace

const char* docbin_version(void) noexcept { return DOCBIN_VERSION; }

std::int32_t docbin_abi(void) noexcept { return DOCBIN_ABI; }

const char* docbin_instructions(void) noexcept {
    try {
        return docbin::chosen_kernels().name;
    } catch (...) {
        return nullptr;
    }
}

const char* docbin_status_text(docbin_status status) noexcept {
    switch (status) {
        case DOCBIN_OK: return "all went well";
        case DOCBIN_BAD_ARGUMENT: return "an argument is out of range";
        case DOCBIN_BAD_WEIGHTS: return "the bytes are no packed network, or a damaged one";
        case DOCBIN_NO_MEMORY: return "there is not enough memory";
        case DOCBIN_DEFECT: return "a defect of docbin: please report it";
        default: return "there is no such status";
    }
}

docbin_status docbin_method_new(const char* name, docbin_method** method, docbin_error* error) noexcept {
    return guarded(error, [&] {
        given(method, "method") = nullptr;
        *method = std::make_unique<docbin_method>(docbin_method{method_named(&given(name, "name"))}).release();
    });
}

docbin_status docbin_method_set(docbin_method* method, const char* parameter, double value, docbin_error* error) noexcept {
    return guarded(error, [&] {
        set_parameter(given(method, "method").method, &given(parameter, "parameter"), value);
    });
}

void docbin_method_free(docbin_method* method) noexcept { std::unique_ptr<docbin_method>{method}; }

docbin_status docbin_binarize(const docbin_method* method, const docbin_image* image, std::int32_t threads,
                              std::uint8_t* bits, std::size_t stride, docbin_error* error) noexcept {
    return guarded(error, [&] {
        Rows rows = rows_of(given(image, "image"), false);
        check_target(*image, threads, bits, stride);
        binarize(given(method, "method").method, rows, threads, {bits, stride});
    });
}

docbin_status docbin_network_load(const void* bytes, std::size_t size, docbin_network** network,
                                  docbin_error* error) noexcept {
    return guarded(error, [&] {
        given(network, "network") = nullptr;
        const auto* data = reinterpret_cast<const unsigned char*>(&given(static_cast<const char*>(bytes), "bytes"));
        try {
            std::unique_ptr<docbin_network> loaded(new docbin_network{{data, size}});
            check_mask(loaded->network);
            *network = loaded.release();
        } catch (const docbin::net::NetError& refusal) {
            throw BadWeights(refusal.what());
        }
    });
}

const char* docbin_network_text(const docbin_network* network, const char* key) noexcept {
    if (!network || !key) return nullptr;
    const std::string* found = network->network.file().find_metadata(key);
    return found ? found->c_str() : nullptr;
}

void docbin_network_free(docbin_network* network) noexcept { std::unique_ptr<docbin_network>{network}; }

docbin_status docbin_network_run(const docbin_network* network, const docbin_image* image, std::int32_t threads,
                                 std::uint8_t* bits, std::size_t stride, docbin_error* error) noexcept {
    return guarded(error, [&] {
        const docbin::net::Network& loaded = given(network, "network").network;
        Rows rows = rows_of(given(image, "image"), loaded.graph().channels == 3);
        check_target(*image, threads, bits, stride);
        binarize(loaded, rows, threads, {bits, stride});
    });
}
