// A packed network in memory: loaded once, never changed after, shared by any number of threads.
#pragma once
#include "net_graph.hpp"
#include "net_plan.hpp"
#include "net_prepare.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace docbin::net {

class Network {
public:
    // Copies the file's bytes. Throws NetError.
    Network(const unsigned char* data, std::size_t bytes);
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    const File& file() const { return file_; }
    const Graph& graph() const { return graph_; }
    const Plan& plan() const { return plan_; }
    const Prepared& prepared() const { return prepared_; }

private:
    std::unique_ptr<unsigned char[]> bytes_;
    File file_;
    Graph graph_;
    Plan plan_;
    Prepared prepared_;
};

}  // namespace docbin::net
