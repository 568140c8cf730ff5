// The formulas: thresholds T from what a window holds. Parameters a to d are made of those of the
// papers by docbin/methods; docbin/kernels/reference_local.py has the same in numpy. Included inside
// the namespace of an instruction set.

// Each formula says what of a window it needs, and how far its T is off where the deviation, or the root
// of the mean square, is only known up to an error: `slack`. T by the same operations from almost the same
// numbers is off by the error's share, and by a few roundings more. `near` says that T lies among the grays of
// paper, so that it pays to know the deviation's error window by window.

// What is known of eight windows: mean, deviation, root of the mean square; their middle pixels, and the
// extra plane.
struct Window {
    Lanes mean, deviation, length, gray, extra;
};

// Roundings of numbers up to 255 times x are far below that.
static inline float roundings(float x) { return 1e-3f * (1.0f + x); }
static inline float size(float x) { return x < 0.0f ? -x : x; }

// A window of one value has no ink where the formula alone would call it ink.
static inline Lanes unless_flat(const Window& w, Lanes t) { return where_positive(w.deviation, t, all(-1.0f)); }

// m + k s
struct Niblack {
    static constexpr bool deviation = true, length = false, extra = false, flat = true, near = true;
    static Lanes level(const Window& w, const LocalParameters& p) {
        return unless_flat(w, w.mean + all(p.a) * w.deviation);
    }
    static float slack(const LocalParameters& p, float error) { return size(p.a) * error + roundings(size(p.a)); }
};

// m (1 + k (s / R - 1)); a = 1 - k, b = k / R
struct Sauvola {
    static constexpr bool deviation = true, length = false, extra = false, flat = false, near = false;
    static Lanes level(const Window& w, const LocalParameters& p) {
        return w.mean * (all(p.a) + all(p.b) * w.deviation);
    }
    static float slack(const LocalParameters& p, float error) {
        return 255 * size(p.b) * error + roundings(size(p.a) + 128 * size(p.b));
    }
};

// m - k (1 - s / s_max) (m - min); a = k, b = k / s_max, c = min
struct Wolf {
    static constexpr bool deviation = true, length = false, extra = false, flat = false, near = false;
    static Lanes level(const Window& w, const LocalParameters& p) {
        return w.mean - (all(p.a) - all(p.b) * w.deviation) * (w.mean - all(p.c));
    }
    static float slack(const LocalParameters& p, float error) {
        return (255 + size(p.c)) * (size(p.b) * error + roundings(size(p.a) + 128 * size(p.b)) / 255);
    }
};

// m + k sqrt(s² + m²)
struct Nick {
    static constexpr bool deviation = false, length = true, extra = false, flat = false, near = false;
    static Lanes level(const Window& w, const LocalParameters& p) { return w.mean + all(p.a) * w.length; }
    static float slack(const LocalParameters& p, float error) { return size(p.a) * error + roundings(size(p.a)); }
};

// 2^x for x <= 0: 2^floor(x) times a polynomial of the rest, good to 3e-7; below 2^-126 that.
static inline Lanes power_of_two(Lanes x) {
    x = larger(x, all(-126.0f));
    Lanes whole = rounded_down(x), rest = x - whole;
    Lanes sum = all(1.8775767e-3f);
    sum = sum * rest + all(8.9893397e-3f);
    sum = sum * rest + all(5.5826318e-2f);
    sum = sum * rest + all(2.4015361e-1f);
    sum = sum * rest + all(6.9315308e-1f);
    sum = sum * rest + all(9.9999994e-1f);
    return scaled(sum, whole);
}

// m (1 + p exp(-q m / 255) + k (s / (255 R) - 1)); a = 1 - k, b = k / (255 R), c = p, d = -q / 255 / ln 2
struct Phansalkar {
    static constexpr bool deviation = true, length = false, extra = false, flat = true, near = false;
    static Lanes level(const Window& w, const LocalParameters& p) {
        Lanes darkness = all(p.c) * power_of_two(all(p.d) * w.mean);
        return unless_flat(w, w.mean * (all(p.a) + all(p.b) * w.deviation + darkness));
    }
    // The power, of the same number both times, is at most 1 where its exponent is no more than 0.
    static float slack(const LocalParameters& p, float error) {
        if (!(p.d <= 0)) return __builtin_inff();
        return 255 * size(p.b) * error + roundings(size(p.a) + 128 * size(p.b) + size(p.c));
    }
};

// m (1 + k (e / (1 - e) - 1)), e = (gray - m) / 255; a = 1 - k, b = k, c = 1 / 255
struct Singh {
    static constexpr bool deviation = false, length = false, extra = false, flat = false, near = false;
    static Lanes level(const Window& w, const LocalParameters& p) {
        Lanes e = (w.gray - w.mean) * all(p.c);
        return w.mean * (all(p.a) + all(p.b) * (e / (all(1.0f) - e)));
    }
};

// (max + m) / 2 (1 + k (s / R - 1)); a = 1 - k, b = k / R
struct Wan {
    static constexpr bool deviation = true, length = false, extra = true, flat = false, near = false;
    static Lanes level(const Window& w, const LocalParameters& p) {
        return (w.extra + w.mean) * all(0.5f) * (all(p.a) + all(p.b) * w.deviation);
    }
    static float slack(const LocalParameters& p, float error) {
        return 255 * size(p.b) * error + roundings(size(p.a) + 128 * size(p.b));
    }
};

// m (1 - t); a = 1 - t
struct Bradley {
    static constexpr bool deviation = false, length = false, extra = false, flat = false, near = false;
    static Lanes level(const Window& w, const LocalParameters& p) { return w.mean * all(p.a); }
};
