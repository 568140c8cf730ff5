// Packed networks on many threads at once, for the thread sanitizer: each FILE is loaded once and run by four
// callers, each on one to four threads of its own and in other bands. All must get the same.
#include "net_run.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

using namespace docbin::net;

namespace {

using Results = std::vector<std::vector<std::int16_t>>;

constexpr std::size_t HEIGHT = 300, WIDTH = 61;

Results results_of(const Network& network, const Page& page, int threads, std::size_t band) {
    const Graph& graph = network.graph();
    Extents extents = extents_of(graph, page.height, page.width);
    Results results;
    for (const Output& output : graph.outputs) {
        const Value& value = graph.values[output.value];
        std::size_t pixels = static_cast<std::size_t>(extents.rows_of(value)) * extents.columns_of(value);
        results.emplace_back(graph.is_mask ? page.height * page.width : pixels * value.channels);
    }
    Job job{page, {}};
    if (graph.is_mask) job.target.logits = results[0].data();
    else
        for (auto& result : results) job.target.streams.push_back(result.data());
    run(network, {job}, threads, band);
    return results;
}

bool is_sound(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    Network network(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    std::vector<std::uint8_t> data(HEIGHT * WIDTH * 3);
    std::uint32_t state = 1;
    for (std::uint8_t& value : data) {
        state = state * 1664525u + 1013904223u;
        value = static_cast<std::uint8_t>(state >> 24);
    }
    Pixels pixels{data.data(), WIDTH * 3, WIDTH * 3};
    Page page{HEIGHT, WIDTH, 3, read_pixels, &pixels};
    Results expected = results_of(network, page, 1, 0);
    int wrong[4] = {};
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i)
        callers.emplace_back([&, i] { wrong[i] = results_of(network, page, i + 1, 5u * i) != expected; });
    for (std::thread& caller : callers) caller.join();
    return wrong[0] + wrong[1] + wrong[2] + wrong[3] == 0;
}

}  // namespace

int main(int count, char** paths) {
    int failures = 0;
    for (int i = 1; i < count; ++i) failures += !is_sound(paths[i]);
    std::printf("%d networks, %d failures\n", count - 1, failures);
    return failures != 0;
}
