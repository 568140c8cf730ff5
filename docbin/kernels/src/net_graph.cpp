#include "net_graph.hpp"

#include "net_error.hpp"
#include "net_operations.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

namespace docbin::net {

namespace {

// Throws where an object has other keys than these, or lacks one.
void check_keys(const Json& object, const std::vector<std::string>& keys, const std::string& what) {
    if (object.kind != Json::Kind::object) throw NetError(what + " is no object");
    for (const std::string& key : object.keys)
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            throw NetError(what + " has the unknown key " + quoted(key));
    for (const std::string& key : keys)
        if (!object.find(key)) throw NetError(what + " lacks the key " + quoted(key));
}

std::int64_t whole_of(const Json& object, const char* key, std::int64_t least, std::int64_t most,
                      const std::string& what) {
    const Json& value = *object.find(key);
    if (value.kind != Json::Kind::whole || value.whole < least || value.whole > most)
        throw NetError(what + " needs " + key + " as a whole number from " + std::to_string(least) + " to " +
                       std::to_string(most));
    return value.whole;
}

std::size_t one_of(const Json& object, const char* key, const std::vector<std::size_t>& allowed) {
    const Json& value = *object.find(key);
    for (std::size_t each : allowed)
        if (value.kind == Json::Kind::whole && value.whole == static_cast<std::int64_t>(each)) return each;
    throw NetError(std::string("needs ") + key + " as one of " + shape_text(allowed));
}

Activation activation_of(const Json& value) {
    static constexpr const char* names[] = {"none", "relu", "hardswish", "swish", "sigmoid"};
    for (std::size_t i = 0; i < std::size(names); ++i)
        if (value.kind == Json::Kind::text && value.text == names[i]) return static_cast<Activation>(i);
    throw NetError("needs activation as one of none, relu, hardswish, swish, sigmoid");
}

class Builder {
public:
    Builder(const File& file) : file_(file) {}

    Graph build() {
        Json root = read_json(*file_.find_metadata("graph"), "the graph");
        bool is_mask = root.kind == Json::Kind::object && root.find("output");
        check_keys(root, {"input", "nodes", is_mask ? "output" : "outputs"}, "the graph");
        read_input(*root.find("input"));
        const Json& nodes = *root.find("nodes");
        if (nodes.kind != Json::Kind::array || nodes.items.empty() || nodes.items.size() > GRAPH_NODES)
            throw NetError("the graph needs 1 to 4096 nodes");
        for (const Json& node : nodes.items) read_node(node);
        if (is_mask) read_output(*root.find("output"));
        else read_outputs(*root.find("outputs"));
        check_whole();
        return std::move(graph_);
    }

private:
    void read_input(const Json& input) {
        const std::string what = "the graph's input";
        bool contrast = input.kind == Json::Kind::object && input.find("contrast");
        std::vector<std::string> keys = {"channels", "multiple", "margin"};
        bool level = contrast && input.find("level");
        if (contrast) keys.push_back("contrast");
        if (level) keys.push_back("level");
        check_keys(input, keys, what);
        graph_.channels = static_cast<std::size_t>(whole_of(input, "channels", 1, 4, what));
        graph_.multiple = static_cast<std::size_t>(whole_of(input, "multiple", 1, 64, what));
        graph_.margin = static_cast<std::size_t>(whole_of(input, "margin", 0, MOST_MARGIN, what));
        if (level) graph_.level = static_cast<std::size_t>(whole_of(input, "level", 1, MOST_SHARE, what));
        if (contrast) read_contrast(*input.find("contrast"), what);
        else if (graph_.channels != 1 && graph_.channels != 3)
            throw NetError(what + " has " + std::to_string(graph_.channels) + " channels; 1 or 3 are allowed");
        if (graph_.margin % graph_.multiple) throw NetError(what + " has a margin that is no multiple of multiple");
        graph_.values.push_back({"image", Kind::image, graph_.channels, 0, 8});
        known_["image"] = 0;
    }

    void read_contrast(const Json& windows, const std::string& what) {
        bool good = windows.kind == Json::Kind::array && !windows.items.empty() && windows.items.size() <= MOST_WINDOWS;
        for (std::size_t i = 0; good && i < windows.items.size(); ++i) {
            const Json& each = windows.items[i];
            good = each.kind == Json::Kind::whole && each.whole >= 3 && each.whole <= LARGEST_WINDOW && each.whole % 2;
            if (!good) break;
            auto window = static_cast<std::size_t>(each.whole);
            std::vector<std::size_t>& known = graph_.contrast;
            good = std::find(known.begin(), known.end(), window) == known.end();
            known.push_back(window);
        }
        if (!good) throw NetError(what + " needs contrast as a list of 1 to 3 different odd windows from 3 to 511");
        if (graph_.channels != 1 + graph_.contrast.size())
            throw NetError(what + " has " + std::to_string(graph_.channels) + " channels; " +
                           std::to_string(graph_.contrast.size()) + " contrast windows make " +
                           std::to_string(1 + graph_.contrast.size()));
    }

    void read_node(const Json& json) {
        std::string what = "node " + std::to_string(graph_.nodes.size());
        try {
            if (json.kind != Json::Kind::object) throw NetError("is no object");
            const Json *op = json.find("op"), *to = json.find("to");
            if (!op || op->kind != Json::Kind::text) throw NetError("lacks op");
            if (to && to->kind == Json::Kind::text) what += " (" + op->text.substr(0, NAME_LENGTH) + " to " + quoted(to->text) + ")";
            const OperationRule* rule = find_operation(op->text);
            if (!rule) throw NetError("has the unknown operation " + quoted(op->text));
            add_node(json, *rule);
        } catch (const NetError& error) {
            throw NetError(what + " " + error.what());
        }
    }

    void add_node(const Json& json, const OperationRule& rule) {
        Node node;
        node.op = rule.op;
        std::vector<std::string> keys = {"op", "from", "to"};
        for (const char* option : rule.options)
            if (option) keys.push_back(option);
        if (rule.parts[0]) keys.push_back("tensors");
        check_own_keys(json, keys);
        read_inputs(*json.find("from"), rule, node);
        read_options(json, rule, node);
        if (rule.parts[0]) read_parts(*json.find("tensors"), rule, node);
        const Json& to = *json.find("to");
        if (to.kind != Json::Kind::text || !is_name(to.text))
            throw NetError("needs to as a name: 1 to 64 characters of A-Z a-z 0-9 _ . -");
        node.to = graph_.values.size();
        if (!known_.emplace(to.text, node.to).second) throw NetError("makes " + quoted(to.text) + " a second time");
        Value value{to.text, rule.to, 0, 0, 0};
        infer_shape(graph_, node, value);
        graph_.values.push_back(value);
        check_tensors(graph_, node);
        graph_.nodes.push_back(std::move(node));
    }

    static void check_own_keys(const Json& json, const std::vector<std::string>& keys) {
        for (const std::string& key : json.keys)
            if (std::find(keys.begin(), keys.end(), key) == keys.end()) throw NetError("has the unknown key " + quoted(key));
        for (const std::string& key : keys)
            if (!json.find(key)) throw NetError("lacks the key " + quoted(key));
    }

    std::size_t value_of(const Json& name) const {
        auto found = name.kind == Json::Kind::text ? known_.find(name.text) : known_.end();
        if (found == known_.end())
            throw NetError("reads " + (name.kind == Json::Kind::text ? quoted(name.text) : "something") +
                           ", which no node before it makes");
        return found->second;
    }

    void read_inputs(const Json& from, const OperationRule& rule, Node& node) const {
        if (from.kind != Json::Kind::array || from.items.size() < rule.least_inputs || from.items.size() > rule.most_inputs)
            throw NetError("needs from as a list of " + std::to_string(rule.least_inputs) + " to " +
                           std::to_string(rule.most_inputs) + " values");
        for (const Json& name : from.items) {
            std::size_t index = value_of(name);
            Kind kind = graph_.values[index].kind;
            bool fits = kind == Kind::image ? rule.from_image : kind == Kind::stream ? rule.from_stream
                        : kind == Kind::code ? rule.from_code : rule.from_real;
            if (!fits) throw NetError("cannot read " + quoted(name.text) + ", a value of another kind");
            node.from.push_back(index);
        }
    }

    static void read_options(const Json& json, const OperationRule& rule, Node& node) {
        for (const char* option : rule.options) {
            std::string key = option ? option : "";
            if (key == "bits") node.bits = static_cast<int>(one_of(json, option, {1, 4, 8}));
            if (key == "factor") node.factor = one_of(json, option, {2, 4, 8});
            if (key == "stride") node.stride = one_of(json, option, {1, 2});
            if (key == "kernel" && rule.op == Op::conv) node.kernel = one_of(json, option, {1, 3});
            if (key == "kernel" && rule.op != Op::conv) node.kernel = one_of(json, option, {1, 3, 5, 7});
            if (key == "groups") node.groups = static_cast<std::size_t>(whole_of(json, option, 1, CHANNELS, "it"));
            if (key == "activation") node.activation = activation_of(*json.find(key));
            if (key == "shift") node.shift = static_cast<int>(whole_of(json, option, 0, 46, "it"));
        }
    }

    void read_parts(const Json& tensors, const OperationRule& rule, Node& node) {
        std::vector<std::string> parts;
        for (const char* part : rule.parts)
            if (part && !(node.bits == 1 && std::string(part) == "mult")) parts.push_back(part);
        check_keys(tensors, parts, "its tensors");
        for (const std::string& part : parts) {
            const Json& name = *tensors.find(part);
            const Tensor* tensor = name.kind == Json::Kind::text ? file_.find_tensor(name.text) : nullptr;
            if (!tensor) throw NetError("has as " + part + " a tensor that the file lacks");
            used_.insert(tensor);
            // A tensor may serve many nodes, and each of them prepares it anew.
            bytes_ += tensor->bytes;
            if (bytes_ > FILE_BYTES) throw NetError("brings the weights of all nodes together to more than 64 MiB");
            NodeTensors& t = node.tensors;
            (part == "weight" ? t.weight : part == "mult" ? t.mult : part == "bias" ? t.bias : part == "shift" ? t.shift
             : part == "a" ? t.a : part == "slope" ? t.slope : part == "b" ? t.b : t.scale) = tensor;
        }
    }

    std::size_t output_of(const Json& name, const std::string& what) const {
        std::size_t value = 0;
        try {
            value = value_of(name);
        } catch (const NetError& error) {
            throw NetError(what + " " + error.what());
        }
        if (graph_.values[value].kind != Kind::stream) throw NetError(what + " is no stream");
        return value;
    }

    void read_output(const Json& output) {
        const std::string what = "the graph's output";
        check_keys(output, {"from", "threshold", "scale"}, what);
        std::size_t value = output_of(*output.find("from"), what);
        const Value& logit = graph_.values[value];
        if (logit.channels != 1 || logit.level != 0) throw NetError(what + " is not of 1 channel at the input's size");
        graph_.threshold = static_cast<int>(whole_of(output, "threshold", -32768, 32767, what));
        const Json& scale = *output.find("scale");
        bool number = scale.kind == Json::Kind::whole || scale.kind == Json::Kind::real;
        if (!number || !std::isfinite(static_cast<float>(scale.real)))
            throw NetError(what + " needs scale as a finite number");
        graph_.scale = scale.real;
        graph_.is_mask = true;
        graph_.outputs.push_back({logit.name, value});
    }

    void read_outputs(const Json& outputs) {
        const std::string what = "the graph's outputs";
        if (outputs.kind != Json::Kind::object || outputs.keys.empty()) throw NetError(what + " are no object with names");
        graph_.is_mask = false;
        for (std::size_t i = 0; i < outputs.keys.size(); ++i) {
            if (!is_name(outputs.keys[i])) throw NetError(what + " have " + quoted(outputs.keys[i]) + ", which is no name");
            graph_.outputs.push_back({outputs.keys[i], output_of(outputs.items[i], what)});
        }
    }

    void check_whole() const {
        int coarsest = 0;
        for (const Value& value : graph_.values) coarsest = std::max(coarsest, value.level);
        if (graph_.multiple % (std::size_t{1} << coarsest))
            throw NetError("the graph's input has a multiple of " + std::to_string(graph_.multiple) +
                           ", which the total stride of " + std::to_string(1 << coarsest) + " does not divide");
        for (const Tensor& tensor : file_.tensors)
            if (!used_.count(&tensor)) throw NetError("tensor " + quoted(tensor.name) + " is used by no node");
    }

    const File& file_;
    Graph graph_{};
    std::unordered_map<std::string, std::size_t> known_;
    std::unordered_set<const Tensor*> used_;
    std::size_t bytes_ = 0;
};

}  // namespace

Graph read_graph(const File& file) { return Builder(file).build(); }

}  // namespace docbin::net
