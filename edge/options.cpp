#include "options.hpp"

#include "decimal.hpp"
#include "failure.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>

namespace docbin::edge {

const char* const HELP =
    "docbin-edge: pages to ink, without Python.\n"
    "\n"
    "  docbin-edge [OPTIONS] IN.pgm|IN.ppm|- OUT.pbm|-\n"
    "\n"
    "  -m, --method NAME    otsu, sauvola or isauvola (default: isauvola)\n"
    "      --set KEY=VALUE  a parameter of the method; more than one is allowed:\n"
    "                         sauvola   window=25 k=0.2 r=128\n"
    "                         isauvola  window=25 k=0.1 r=128 opening=1 least=0\n"
    "  -w, --weights FILE   a packed network instead of a method\n"
    "      --threads N      1 to 256 (default: DOCBIN_THREADS, else all cores)\n"
    "      --max-pixels N   refuse larger pages (default: 268435456)\n"
    "  -f, --force          overwrite OUT\n"
    "      --version, --help\n"
    "\n"
    "IN is a binary PGM or PPM (P5, P6) of 8 or 16 bits, OUT a PBM (P4) in which 1 is ink; - is a pipe.\n"
    "Results are those of docbin, bit for bit.\n"
    "Exit codes: 0 ok, 2 wrong usage, 3 input that cannot be read, 5 output that cannot be written, 70 a defect.\n";

namespace {

[[noreturn]] void refuse(const std::string& message) {
    throw Failure(Exit::usage, message + "; docbin-edge --help shows what there is");
}

std::uint64_t count_of(const std::string& name, const char* text, std::uint64_t most) {
    char* end = nullptr;
    errno = 0;
    unsigned long long value = std::strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value < 1 || value > most)
        refuse(name + " is '" + text + "'; give a whole number from 1 to " + std::to_string(most));
    return value;
}

int default_threads() {
    if (const char* given = std::getenv("DOCBIN_THREADS"); given && *given)
        return static_cast<int>(count_of("DOCBIN_THREADS", given, 256));
    unsigned cores = std::thread::hardware_concurrency();
    return cores < 1 ? 1 : cores > 256 ? 256 : static_cast<int>(cores);
}

// Collects what belongs together only when all words are read: --set may stand before --method.
class Parser {
public:
    Parser(int count, const char* const* words) : words_(words + 1, words + count) {}

    Options parse() {
        while (at_ < words_.size()) take(words_[at_++]);
        if (options_.help || options_.version) return options_;
        if (places_.size() != 2)
            refuse(std::to_string(places_.size()) + " files are given; give the page and where its result goes");
        options_.input = places_[0];
        options_.output = places_[1];
        choose();
        if (!threads_given_) options_.threads = default_threads();
        return options_;
    }

private:
    void take(const std::string& word) {
        if (only_places_ || word == "-" || word.empty() || word[0] != '-') return places_.push_back(word);
        std::size_t equals = word.compare(0, 2, "--") ? std::string::npos : word.find('=');
        std::string name = word.substr(0, equals);
        inline_ = equals == std::string::npos ? nullptr : word.c_str() + equals + 1;
        if (name == "-m" || name == "--method") method_ = value(name);
        else if (name == "-w" || name == "--weights") options_.weights = value(name), weights_given_ = true;
        else if (name == "--set") settings_.push_back(value(name));
        else if (name == "--threads") options_.threads = static_cast<int>(count_of(name, value(name), 256)), threads_given_ = true;
        else if (name == "--max-pixels") options_.most_pixels = count_of(name, value(name), 0x7FFFFFFF);
        else take_flag(word);
    }

    void take_flag(const std::string& word) {
        if (word == "-f" || word == "--force") options_.force = true;
        else if (word == "--version") options_.version = true;
        else if (word == "-h" || word == "--help") options_.help = true;
        else if (word == "--") only_places_ = true;
        else refuse("there is no option " + word);
    }

    const char* value(const std::string& name) {
        if (inline_) return inline_;
        if (at_ == words_.size()) refuse(name + " wants a value");
        return words_[at_++];
    }

    void choose() {
        if (weights_given_ && (method_ || !settings_.empty()))
            refuse("--weights goes with neither --method nor --set");
        if (weights_given_ && options_.weights.empty()) refuse("--weights is empty; give a file");
        try {
            options_.method = method_named(method_ ? method_ : "isauvola");
            for (const char* setting : settings_) set(setting);
        } catch (const std::invalid_argument& error) {
            refuse(error.what());
        }
    }

    void set(const std::string& setting) {
        std::size_t equals = setting.find('=');
        if (equals == std::string::npos || equals == 0) refuse("--set is '" + setting + "'; give KEY=VALUE, such as window=31");
        std::string name = setting.substr(0, equals);
        const char* text = setting.c_str() + equals + 1;
        double number;
        if (!read_decimal(text, number)) refuse(name + " is '" + text + "'; give a number of up to 15 digits, such as 0.25");
        set_parameter(options_.method, name.c_str(), number);
    }

    std::vector<const char*> words_;
    std::vector<std::string> places_;
    std::vector<const char*> settings_;
    std::size_t at_ = 0;
    Options options_;
    const char* method_ = nullptr;
    const char* inline_ = nullptr;
    bool threads_given_ = false, weights_given_ = false, only_places_ = false;
};

}  // namespace

Options parse(int count, const char* const* words) { return Parser(count, words).parse(); }

}  // namespace docbin::edge
