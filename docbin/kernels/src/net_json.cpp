#include "net_json.hpp"

#include "net_error.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace docbin::net {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The bytes of the UTF-8 sequence that starts with `first`; 0: none does.
int sequence_length(unsigned char first) {
    return first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[i + k]); };
        std::size_t length = static_cast<std::size_t>(sequence_length(byte(0)));
        if (length == 0 || length > text.size() - i) return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((byte(k) & 0xC0) != 0x80) return false;
        // Longer than needed, a surrogate, or above U+10FFFF.
        if (byte(0) == 0xE0 && byte(1) < 0xA0) return false;
        if (byte(0) == 0xED && byte(1) > 0x9F) return false;
        if (byte(0) == 0xF0 && byte(1) < 0x90) return false;
        if (byte(0) == 0xF4 && byte(1) > 0x8F) return false;
        i += length;
    }
    return true;
}

void append_utf8(std::string& text, std::uint32_t code) {
    auto put = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
    }
    put(0x80 | (code & 0x3F));
}

// Without strtod, which follows the locale; exact up to 2^53 and 10^22, else to a few units in the last place.
double scaled(std::uint64_t digits, int exponent) {
    if (digits == 0) return 0.0;
    exponent = std::clamp(exponent, -400, 400);
    double value = static_cast<double>(digits);
    for (int k = std::abs(exponent); k > 0; k -= 22) {
        double power = 1.0;
        for (int i = 0; i < std::min(k, 22); ++i) power *= 10.0;
        value = exponent < 0 ? value / power : value * power;
    }
    return value;
}

class Reader {
public:
    Reader(std::string_view text, const char* what) : text_(text), what_(what) {}

    Json document() {
        if (!is_utf8(text_)) fail("is not UTF-8");
        Json value = next(0);
        skip_blanks();
        if (at_ != text_.size()) fail("goes on after its end");
        return value;
    }

private:
    [[noreturn]] void fail(const std::string& reason) const {
        throw NetError(std::string(what_) + " " + reason + " (JSON, byte " + std::to_string(at_) + ")");
    }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
            ++at_;
    }

    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    void expect(char c) {
        skip_blanks();
        if (!take(c)) fail(std::string("lacks ") + c);
    }

    Json next(int depth) {
        if (depth > JSON_DEPTH) fail("is nested deeper than " + std::to_string(JSON_DEPTH));
        if (++values_ > JSON_VALUES) fail("has more than " + std::to_string(JSON_VALUES) + " values");
        skip_blanks();
        Json value;
        char c = peek();
        if (c == '{') {
            object(value, depth);
        } else if (c == '[') {
            array(value, depth);
        } else if (c == '"') {
            value.kind = Json::Kind::text;
            value.text = string();
        } else if (c == '-' || is_digit(c)) {
            number(value);
        } else if (word("true") || word("false")) {
            value.kind = Json::Kind::boolean;
            value.whole = c == 't';
        } else if (!word("null")) {
            fail("has something that is no value");
        }
        return value;
    }

    bool word(std::string_view name) {
        if (text_.substr(at_, name.size()) != name) return false;
        at_ += name.size();
        return true;
    }

    void array(Json& value, int depth) {
        value.kind = Json::Kind::array;
        expect('[');
        skip_blanks();
        if (take(']')) return;
        for (;;) {
            value.items.push_back(next(depth + 1));
            skip_blanks();
            if (take(']')) return;
            expect(',');
        }
    }

    void object(Json& value, int depth) {
        value.kind = Json::Kind::object;
        expect('{');
        skip_blanks();
        if (take('}')) return;
        for (;;) {
            skip_blanks();
            value.keys.push_back(string());
            expect(':');
            value.items.push_back(next(depth + 1));
            skip_blanks();
            if (take('}')) break;
            expect(',');
        }
        std::vector<const std::string*> sorted;
        for (const std::string& key : value.keys) sorted.push_back(&key);
        auto before = [](const std::string* a, const std::string* b) { return *a < *b; };
        std::sort(sorted.begin(), sorted.end(), before);
        auto same = [](const std::string* a, const std::string* b) { return *a == *b; };
        if (std::adjacent_find(sorted.begin(), sorted.end(), same) != sorted.end()) fail("has a key twice");
    }

    std::uint32_t hex() {
        std::uint32_t code = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            char c = peek(), lower = static_cast<char>(c | 0x20);
            bool letter = lower >= 'a' && lower <= 'f';
            if (!is_digit(c) && !letter) fail("has an escape of less than four hexadecimal digits");
            code = code << 4 | static_cast<std::uint32_t>(letter ? lower - 'a' + 10 : c - '0');
        }
        return code;
    }

    std::uint32_t escaped_code() {
        std::uint32_t code = hex();
        if (code < 0xD800 || code > 0xDFFF) return code;
        if (code > 0xDBFF || !take('\\') || !take('u')) fail("has half a surrogate pair");
        std::uint32_t low = hex();
        if (low < 0xDC00 || low > 0xDFFF) fail("has half a surrogate pair");
        return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }

    std::string string() {
        std::string found;
        if (!take('"')) fail("lacks \"");
        for (;;) {
            if (at_ >= text_.size()) fail("ends within a string");
            char c = text_[at_++];
            if (c == '"') return found;
            if (static_cast<unsigned char>(c) < 0x20) fail("has a control character in a string");
            if (c != '\\') {
                found.push_back(c);
                continue;
            }
            char kind = peek();
            ++at_;
            static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
            std::size_t which = letters.find(kind);
            if (kind == 'u') append_utf8(found, escaped_code());
            else if (kind != '\0' && which != letters.npos) found.push_back(meanings[which]);
            else fail("has an unknown escape");
        }
    }

    // Digits at the place; of more than 18 significant ones the others only move the exponent.
    int digits(std::uint64_t& value, int& dropped) {
        int count = 0;
        for (; is_digit(peek()); ++at_, ++count) {
            if (value < 100'000'000'000'000'000u) value = value * 10 + static_cast<std::uint64_t>(peek() - '0');
            else ++dropped;
        }
        return count;
    }

    void number(Json& value) {
        std::size_t start = at_;
        bool negative = take('-'), zero = peek() == '0';
        std::uint64_t mantissa = 0;
        int dropped = 0, count = digits(mantissa, dropped), exponent = dropped;
        if (count == 0 || (zero && count > 1)) fail("has a malformed number");
        value.kind = Json::Kind::whole;
        if (peek() == '.') {
            ++at_;
            value.kind = Json::Kind::real;
            dropped = 0;
            int fraction = digits(mantissa, dropped);
            if (fraction == 0) fail("has a malformed number");
            exponent -= fraction - dropped;
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            value.kind = Json::Kind::real;
            bool down = take('-');
            if (!down) take('+');
            std::uint64_t power = 0;
            int rest = 0;
            if (digits(power, rest) == 0) fail("has a malformed number");
            int limited = static_cast<int>(std::min<std::uint64_t>(power, 4000));
            exponent += down ? -limited : limited;
        }
        if (at_ - start > JSON_NUMBER) fail("has a number of more than " + std::to_string(JSON_NUMBER) + " characters");
        if (value.kind == Json::Kind::whole && dropped) fail("has a whole number beyond 18 digits");
        value.whole = negative ? -static_cast<std::int64_t>(mantissa) : static_cast<std::int64_t>(mantissa);
        value.real = scaled(mantissa, exponent) * (negative ? -1.0 : 1.0);
        if (!std::isfinite(value.real)) fail("has a number that is too large");
    }

    std::string_view text_;
    const char* what_;
    std::size_t at_ = 0, values_ = 0;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (keys[i] == key) return &items[i];
    return nullptr;
}

Json read_json(std::string_view text, const char* what) { return Reader(text, what).document(); }

}  // namespace docbin::net
