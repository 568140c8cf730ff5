#include "net_plan.hpp"

#include <algorithm>

namespace docbin::net {

namespace {

constexpr std::size_t OUTPUTS = static_cast<std::size_t>(-2);  // more than one reader, or an output

Reach reach_of(const Node& node) {
    auto number = [](std::size_t value) { return static_cast<std::int64_t>(value); };
    switch (node.op) {
        case Op::haar:
        case Op::average2:
        case Op::max2: return {2, 1, 0, 0};
        case Op::max3: return {2, 1, 1, 0};
        case Op::unhaar:
        case Op::upsample2:
        case Op::upsample2_float: return {1, 2, 0, 0};
        case Op::shuffle: return {1, number(node.factor), 0, 0};
        case Op::unshuffle: return {number(node.factor), 1, 0, 0};
        case Op::conv:
        case Op::conv_float: {
            std::int64_t half = number(node.kernel) / 2, stride = number(node.stride);
            return {stride, 1, half, half + 1 - stride};
        }
        default: return {};
    }
}

class Planner {
public:
    explicit Planner(const Graph& graph)
        : graph_(graph), needed_(graph.values.size()), maker_(needed_.size(), NOTHING), only_(needed_.size(), NOTHING) {}

    Plan plan() {
        find_readers();
        Step page;
        page.stream = 0;
        add_step(std::move(page));
        std::vector<bool> taken(graph_.nodes.size());
        std::size_t shuffle = last_shuffle();
        if (shuffle != NOTHING) taken[shuffle] = true;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
            if (!taken[i] && needed_[graph_.nodes[i].to]) add_node(i, taken);
        for (std::size_t i = 0; i < graph_.outputs.size(); ++i) add_output(i, shuffle);
        return ordered();
    }

private:
    void find_readers() {
        for (const Output& output : graph_.outputs) {
            needed_[output.value] = true;
            only_[output.value] = OUTPUTS;
        }
        for (std::size_t i = graph_.nodes.size(); i-- > 0;) {
            if (!needed_[graph_.nodes[i].to]) continue;
            for (std::size_t value : graph_.nodes[i].from) {
                only_[value] = needed_[value] ? OUTPUTS : i;
                needed_[value] = true;
            }
        }
        // A quantiser is fused where others read the stream, too: the first one.
        quantiser_.assign(needed_.size(), NOTHING);
        for (std::size_t i = graph_.nodes.size(); i-- > 0;)
            if (graph_.nodes[i].op == Op::quantise && needed_[graph_.nodes[i].to])
                quantiser_[graph_.nodes[i].from[0]] = i;
    }

    // The node that alone reads a value, if it is of this operation and not yet part of a step.
    std::size_t only_reader(std::size_t value, Op op, const std::vector<bool>& taken) const {
        std::size_t node = only_[value];
        return node < OUTPUTS && graph_.nodes[node].op == op && !taken[node] ? node : NOTHING;
    }

    // The shuffle that makes the logit, where only the mask reads it.
    std::size_t last_shuffle() const {
        if (!graph_.is_mask) return NOTHING;
        std::size_t logit = graph_.outputs[0].value, found = NOTHING;
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            const Node& node = graph_.nodes[i];
            if (node.to == logit && node.op == Op::shuffle) found = i;
            if (needed_[node.to] && std::find(node.from.begin(), node.from.end(), logit) != node.from.end()) return NOTHING;
        }
        return found;
    }

    void add_step(Step step) {
        for (std::size_t value : {step.stream, step.codes})
            if (value != NOTHING) maker_[value] = steps_.size();
        steps_.push_back(std::move(step));
    }

    void add_node(std::size_t index, std::vector<bool>& taken) {
        const Node& node = graph_.nodes[index];
        Step step;
        step.task = node.op == Op::conv ? Task::conv : Task::node;
        step.node = index;
        step.level = graph_.values[node.to].level;
        step.stream = node.to;
        for (std::size_t value : node.from) step.reads.push_back({value, reach_of(node)});
        if (node.op == Op::conv || node.op == Op::upsample2) fuse_add(step, taken);
        if (node.op == Op::conv) fuse_end(step, taken);
        add_step(std::move(step));
    }

    void fuse_add(Step& step, std::vector<bool>& taken) const {
        step.add = only_reader(step.stream, Op::add, taken);
        if (step.add == NOTHING) return;
        const Node& node = graph_.nodes[step.add];
        step.reads.push_back({node.from[0] == step.stream ? node.from[1] : node.from[0], {}});
        step.stream = node.to;
        taken[step.add] = true;
    }

    void fuse_end(Step& step, std::vector<bool>& taken) const {
        if (std::size_t rprelu = only_reader(step.stream, Op::rprelu, taken); rprelu != NOTHING) {
            step.rprelu = rprelu;
            step.stream = graph_.nodes[rprelu].to;
            taken[rprelu] = true;
        }
        if (std::size_t quantise = quantiser_[step.stream]; quantise != NOTHING) {
            step.quantise = quantise;
            step.codes = graph_.nodes[quantise].to;
            taken[quantise] = true;
            if (only_[step.stream] == quantise) step.stream = NOTHING;
        }
    }

    void add_output(std::size_t index, std::size_t shuffle) {
        std::size_t value = graph_.outputs[index].value;
        Step step;
        step.task = Task::output;
        step.node = index;
        step.level = graph_.values[value].level;
        step.shuffle = shuffle;
        if (shuffle == NOTHING) step.reads.push_back({value, {}});
        else step.reads.push_back({graph_.nodes[shuffle].from[0], reach_of(graph_.nodes[shuffle])});
        add_step(std::move(step));
    }

    // A fused step may read a residual that is made after its convolution: order anew, depth first.
    Plan ordered() {
        Plan plan;
        plan.readers.resize(graph_.values.size());
        plan.makers.resize(graph_.values.size(), NOTHING);
        std::vector<std::size_t> next(steps_.size()), path;
        std::vector<bool> entered(steps_.size());
        for (std::size_t root = 0; root < steps_.size(); ++root) {
            if (entered[root]) continue;
            entered[root] = true;
            path.push_back(root);
            while (!path.empty()) {
                std::size_t step = path.back();
                if (next[step] == steps_[step].reads.size()) {
                    path.pop_back();
                    append(plan, steps_[step]);
                    continue;
                }
                std::size_t before = maker_[steps_[step].reads[next[step]++].value];
                if (entered[before]) continue;
                entered[before] = true;
                path.push_back(before);
            }
        }
        return plan;
    }

    static void append(Plan& plan, const Step& step) {
        for (const Read& read : step.reads) plan.readers[read.value].push_back({plan.steps.size(), read.reach});
        for (std::size_t value : {step.stream, step.codes})
            if (value != NOTHING) plan.makers[value] = plan.steps.size();
        plan.steps.push_back(step);
    }

    const Graph& graph_;
    std::vector<bool> needed_;
    std::vector<std::size_t> maker_, only_, quantiser_;
    std::vector<Step> steps_;
};

}  // namespace

Plan make_plan(const Graph& graph) { return Planner(graph).plan(); }

}  // namespace docbin::net
