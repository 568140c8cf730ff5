// Mean, deviation and mean square of eight windows from their sums, exact up to the roundings that
// reference_local.py states, and roughly. Included inside the namespace of an instruction set.

// The mean of eight windows.
template <bool wide>
static inline Lanes mean_of(const Sums<wide>& s, Lanes inverse) {
    return (wide ? single_wide(s.sum) : single(s.sum)) * inverse;
}

template <bool wide>
static inline Lanes spread_of(const Sums<wide>& s, Whole count) {
    return wide ? spread(count, s.sum, s.low, s.high) : spread(count, s.sum, s.low);
}

template <bool wide>
static inline Lanes square_of(const Sums<wide>& s, Lanes inverse) {
    return (wide ? squares(s.sum, s.low, s.high) : squares(s.sum, s.low)) * inverse;
}

// x - U / n of eight windows, up to a few roundings.
template <bool wide>
static inline Lanes less_hills(Lanes x, const Sums<wide>& s, Lanes inverse) {
    return roughly_less(x, wide ? single(s.low) + single(s.high) * all(65536.0f) : single(s.low), inverse);
}

// Error of m (256 - m) - U / n as a variance: roundings of numbers up to 16384, and of m.
constexpr float ROUGH_VARIANCE = 0.02f;
// Share by which rough_root is off.
constexpr float ROUGH_ROOT = 4e-4f;
// Error of the deviation, or of the root of the mean square, by rough_root: the root of the error under it
// (the mean square's, of numbers up to 65536, is at most 0.035), and 4e-4 of the root.
template <class F>
constexpr float ROUGH_ERROR = F::length ? 0.3f : 0.2f;
