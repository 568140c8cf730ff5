// Minimum cuts of a page's grid by the two search trees of Boykov and Kolmogorov (2004, An Experimental
// Comparison of Min-Cut/Max-Flow Algorithms for Energy Minimization in Vision): paths between a tree that
// grows from the source and one that grows from the sink are filled, and what they cut off is adopted
// again. Here on an implicit grid (neighbours are offsets, no lists of edges), for capacities that grow
// from level to level (the flow and both trees stay), and with a start flow along a potential. A page takes
// 32 bytes per pixel, and up to 8 for the queues of pixels that grow.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace docbin {

class GridFlow {
public:
    // A page of `height` × `width` pixels with signed terminals: > 0 is a capacity from the source, < 0 one to
    // the sink. right, down: weights of the edges to the next pixel and to the one below, times the level.
    GridFlow(std::size_t height, std::size_t width, const std::int32_t* terminal, const std::int32_t* right,
             const std::int32_t* down)
        : height_(height), width_(width), stride_(static_cast<std::int32_t>(width) + 1), right_(right), down_(down),
          nodes_((height + 2) * (width + 1) + 1), steps_{-1, 1, -stride_, stride_} {
        each_pixel([&](std::size_t i, std::int32_t p) {
            nodes_[p].excess = terminal[i];
            if (terminal[i] > 0) supply_ += terminal[i];
        });
    }

    // Raises all capacities to a level, not below the last one. The first one starts with as much flow along
    // the differences of `potential` (uphill) as the capacities take: any start leads to the same cut.
    void raise(std::int32_t level, const std::int32_t* potential) {
        std::int32_t more = level - level_;
        bool first = level_ == 0, anew = first || clock_ > (1 << 30);  // long before the clock could run over
        level_ = level;
        each_edge([&](std::int32_t p, int d, std::int32_t weight, std::size_t i, std::size_t j) {
            if (weight == 0) return;
            Node &from = nodes_[p], &to = nodes_[p + steps_[d]];
            std::int32_t room = more * weight;
            std::int32_t flow = first ? std::clamp(potential[j] - potential[i], -room, room) : 0;
            from.residual[d] += room - flow;
            to.residual[d ^ 1] += room + flow;
            from.excess -= flow;
            to.excess += flow;
            // Within a tree more room changes nothing: it grows again where it ends.
            if (from.side == to.side) return;
            if (from.side != none) push(p);
            if (to.side != none) push(p + steps_[d]);
        });
        if (anew) plant();
    }

    // Fills every path there is; then the tree of the source is the smallest source side of a minimum cut.
    void fill() {
        std::int32_t p;
        while ((p = next_active()) >= 0) grow(p);
    }

    // The flow: all that leaves the source.
    std::int64_t value() const { return supply_ - left_; }

    // The source side as bits, rows of (width + 7) / 8 bytes, most significant bit first; bits is zero.
    void pack(std::uint8_t* bits) const {
        std::size_t bytes = (width_ + 7) / 8;
        for (std::size_t y = 0; y < height_; ++y)
            for (std::size_t x = 0; x < width_; ++x)
                if (nodes_[node(y, x)].side == source) bits[y * bytes + x / 8] |= 0x80 >> (x % 8);
    }

private:
    enum Side : std::uint8_t { none, source, sink };
    static constexpr std::uint8_t terminal_parent = 4, orphan = 5;
    static constexpr std::int32_t far = std::numeric_limits<std::int32_t>::max();

    // Directions: 0 left, 1 right, 2 up, 3 down; d ^ 1 is back. A frame of empty nodes is around the page.
    struct Node {
        std::int32_t residual[4] = {0, 0, 0, 0};  // what still fits through the edge to each neighbour
        std::int32_t excess = 0;                  // > 0: what the source can send here, < 0: what the sink can take
        std::int32_t age = 0;                     // clock when `distance` was measured
        std::int32_t distance = 0;                // edges up to the terminal
        Side side = none;
        std::uint8_t parent = orphan;
        bool queued = false;
    };
    static_assert(sizeof(Node) == 32);

    std::size_t height_, width_;
    std::int32_t stride_, level_ = 0, clock_ = 0;
    const std::int32_t *right_, *down_;
    std::vector<Node> nodes_;
    std::int32_t steps_[4];
    std::int64_t supply_ = 0, left_ = 0;  // of the source: in all, and what is still to be sent
    std::vector<std::int32_t> active_, later_, orphans_;
    std::size_t head_ = 0;

    std::int32_t node(std::size_t y, std::size_t x) const {
        return static_cast<std::int32_t>(y + 1) * stride_ + static_cast<std::int32_t>(x) + 1;
    }

    template <class Work>
    void each_pixel(const Work& work) const {
        for (std::size_t y = 0; y < height_; ++y)
            for (std::size_t x = 0; x < width_; ++x) work(y * width_ + x, node(y, x));
    }

    template <class Work>
    void each_edge(const Work& work) const {
        for (std::size_t y = 0; y < height_; ++y)
            for (std::size_t x = 0; x < width_; ++x) {
                std::size_t i = y * width_ + x;
                if (x + 1 < width_) work(node(y, x), 1, right_[i], i, i + 1);
                if (y + 1 < height_) work(node(y, x), 3, down_[i], i, i + width_);
            }
    }

    void push(std::int32_t p) {
        if (nodes_[p].queued) return;
        nodes_[p].queued = true;
        later_.push_back(p);
    }

    std::int32_t next_active() {
        while (true) {
            if (head_ == active_.size()) {
                active_.swap(later_);
                later_.clear();
                head_ = 0;
                if (active_.empty()) return -1;
            }
            std::int32_t p = active_[head_++];
            nodes_[p].queued = false;
            if (nodes_[p].side != none) return p;
        }
    }

    // Starts both trees at the pixels that the terminals reach.
    void plant() {
        clock_ = 0;
        left_ = 0;
        each_pixel([&](std::size_t, std::int32_t p) {
            Node& n = nodes_[p];
            n.side = n.excess > 0 ? source : n.excess < 0 ? sink : none;
            n.parent = n.side == none ? orphan : terminal_parent;
            n.age = 0;
            n.distance = 1;
            if (n.side != none) push(p);
            left_ += std::max(n.excess, 0);
        });
    }

    void grow(std::int32_t p) {
        Side side = nodes_[p].side;
        for (int d = 0; d < 4; ++d) {
            std::int32_t q = p + steps_[d];
            Node &n = nodes_[p], &m = nodes_[q];
            if ((side == source ? n.residual[d] : m.residual[d ^ 1]) == 0) continue;
            if (m.side == none) {
                m.side = side;
                attach(m, n, d ^ 1);
                push(q);
            } else if (m.side != side) {
                side == source ? augment(p, d) : augment(q, d ^ 1);
                adopt_all();
                if (n.side != side) return;
                d = -1;  // the neighbours have changed
            } else if (m.age <= n.age && m.distance > n.distance + 1) {
                attach(m, n, d ^ 1);
            }
        }
    }

    static void attach(Node& child, const Node& parent, int direction) {
        child.parent = static_cast<std::uint8_t>(direction);
        child.age = parent.age;
        child.distance = parent.distance + 1;
    }

    // Fills the path that crosses from the source's tree to the sink's over the edge d of p.
    void augment(std::int32_t p, int d) {
        std::int32_t q = p + steps_[d];
        std::int32_t room = nodes_[p].residual[d];
        std::int32_t r = p;
        for (; nodes_[r].parent != terminal_parent; r += steps_[nodes_[r].parent])
            room = std::min(room, nodes_[r + steps_[nodes_[r].parent]].residual[nodes_[r].parent ^ 1]);
        room = std::min(room, nodes_[r].excess);
        for (r = q; nodes_[r].parent != terminal_parent; r += steps_[nodes_[r].parent])
            room = std::min(room, nodes_[r].residual[nodes_[r].parent]);
        room = std::min(room, -nodes_[r].excess);

        left_ -= room;
        send(p, d, room);
        ++clock_;
        for (r = p; nodes_[r].parent != terminal_parent;) {
            std::uint8_t up = nodes_[r].parent;
            std::int32_t above = r + steps_[up];
            if (send(above, up ^ 1, room) == 0) cut_off(r);
            r = above;
        }
        if ((nodes_[r].excess -= room) == 0) cut_off(r);
        for (r = q; nodes_[r].parent != terminal_parent;) {
            std::uint8_t up = nodes_[r].parent;
            if (send(r, up, room) == 0) cut_off(r);
            r += steps_[up];
        }
        if ((nodes_[r].excess += room) == 0) cut_off(r);
    }

    std::int32_t send(std::int32_t p, int d, std::int32_t amount) {
        nodes_[p + steps_[d]].residual[d ^ 1] += amount;
        return nodes_[p].residual[d] -= amount;
    }

    void cut_off(std::int32_t p) {
        nodes_[p].parent = orphan;
        orphans_.push_back(p);
    }

    void adopt_all() {
        for (std::size_t i = 0; i < orphans_.size(); ++i) adopt(orphans_[i]);
        orphans_.clear();
    }

    // Gives an orphan the nearest parent of its tree that hangs on the terminal, or frees it.
    void adopt(std::int32_t p) {
        Node& n = nodes_[p];
        std::int32_t best = far;
        int parent = orphan;
        for (int d = 0; d < 4; ++d) {
            if (!feeds(p, d)) continue;
            std::int32_t distance = measured(p + steps_[d]);
            if (distance < best) {
                best = distance;
                parent = d;
            }
        }
        if (parent != orphan) {
            n.parent = static_cast<std::uint8_t>(parent);
            n.age = clock_;
            n.distance = best + 1;
            return;
        }
        for (int d = 0; d < 4; ++d) {
            std::int32_t q = p + steps_[d];
            if (nodes_[q].side != n.side) continue;
            if (feeds(p, d)) push(q);
            if (nodes_[q].parent == (d ^ 1)) cut_off(q);
        }
        n.side = none;
    }

    // Whether the neighbour in direction d is of the same tree, with room on the edge between.
    bool feeds(std::int32_t p, int d) const {
        const Node &n = nodes_[p], &m = nodes_[p + steps_[d]];
        return m.side == n.side && (n.side == source ? m.residual[d ^ 1] : n.residual[d]) > 0;
    }

    // Edges from p up to its terminal, or `far` if it hangs on an orphan.
    std::int32_t measured(std::int32_t p) {
        std::int32_t length = 0, r = p;
        for (; nodes_[r].age != clock_; r += steps_[nodes_[r].parent], ++length) {
            if (nodes_[r].parent == orphan) return far;
            if (nodes_[r].parent != terminal_parent) continue;
            nodes_[r].age = clock_;
            nodes_[r].distance = 1;
            break;
        }
        std::int32_t found = length + nodes_[r].distance, distance = found;
        for (r = p; nodes_[r].age != clock_; r += steps_[nodes_[r].parent]) {
            nodes_[r].age = clock_;
            nodes_[r].distance = distance--;
        }
        return found;
    }
};

}  // namespace docbin
