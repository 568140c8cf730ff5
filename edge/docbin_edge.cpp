// docbin-edge: the command line. Parse, one call, write; no algorithm here.
#include "docbin.h"
#include "failure.hpp"
#include "net_error.hpp"
#include "networks.hpp"
#include "options.hpp"
#include "output.hpp"
#include "pnm.hpp"
#include "weights.hpp"

#include <csignal>
#include <cstdio>
#include <memory>
#include <new>

namespace docbin::edge {

namespace {

std::unique_ptr<net::Network> network_of(const std::string& path) {
    std::vector<unsigned char> bytes = read_weights(path);
    try {
        auto network = std::make_unique<net::Network>(bytes.data(), bytes.size());
        check_mask(*network);
        return network;
    } catch (const net::NetError& refusal) {
        throw Failure(Exit::input, path + " is no packed network: " + refusal.what());
    }
}

void make_mask(const Options& options, const net::Network* network, const Rows& rows, Bits bits) {
    if (!network) return binarize(options.method, rows, options.threads, bits);
    try {
        binarize(*network, rows, options.threads, bits);
    } catch (const net::NetError& refusal) {
        throw Failure(Exit::input, options.weights + " does not suit this page: " + refusal.what());
    }
}

void clean(const Options& options) {
    check_output(options.output, options.force);
    std::unique_ptr<net::Network> network = options.weights.empty() ? nullptr : network_of(options.weights);
    PnmPage page(options.input, options.most_pixels, network && network->graph().channels == 3);
    Rows rows = page.rows();
    std::vector<std::uint8_t> room(row_bytes(rows.width) * rows.height);
    Bits bits{room.data(), row_bytes(rows.width)};
    make_mask(options, network.get(), rows, bits);
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
