// Thinning, 64 pixels to a word: all pixels of a sub-iteration are judged before any is deleted.
// Included once per instruction set, inside its namespace: no header of the standard library here.

// The eight neighbours of 64 pixels.
struct Ring {
    Word n, ne, e, se, s, sw, w, nw;
};

static inline Ring ring_of(const Word* up, const Word* row, const Word* down) {
    return {up[0],   from_east(up),   from_east(row), from_east(down),
            down[0], from_west(down), from_west(row), from_west(up)};
}

static inline Word two_or_more(Word a, Word b, Word c, Word d) { return (a & b) | (c & d) | ((a | b) & (c | d)); }
static inline Word exactly_one(Word a, Word b, Word c, Word d) { return (a ^ b ^ c ^ d) & ~((a & b) | (c & d)); }

// Guo and Hall 1989 as in Lam, Lee and Suen 1992: one crossing, 2 or 3 neighbours by both ways of
// pairing them, and a side that alternates.
template <int half>
struct GuoHall {
    static inline Word deletes(const Ring& r) {
        Word crossing = exactly_one(~r.e & (r.ne | r.n), ~r.n & (r.nw | r.w), ~r.w & (r.sw | r.s), ~r.s & (r.se | r.e));
        Word a[4] = {r.e | r.ne, r.n | r.nw, r.w | r.sw, r.s | r.se};
        Word b[4] = {r.ne | r.n, r.nw | r.w, r.sw | r.s, r.se | r.e};
        Word enough = two_or_more(a[0], a[1], a[2], a[3]) & two_or_more(b[0], b[1], b[2], b[3]);
        Word full = (a[0] & a[1] & a[2] & a[3]) & (b[0] & b[1] & b[2] & b[3]);
        Word kept = half == 0 ? (r.ne | r.n | ~r.se) & r.e : (r.sw | r.s | ~r.nw) & r.w;
        return crossing & enough & ~full & ~kept;
    }
};

// Zhang and Suen 1984: one step from paper to ink around the ring, 2 to 6 neighbours, and one of
// two corners free, which alternates. With one step the ink of the ring is one run, so that two
// neighbours in a row mean at least 2, and two gaps in a row at most 6.
template <int half>
struct ZhangSuen {
    static inline Word deletes(const Ring& r) {
        Word odd = exactly_one(~r.n & r.ne, ~r.ne & r.e, ~r.e & r.se, ~r.se & r.s);
        Word even = exactly_one(~r.s & r.sw, ~r.sw & r.w, ~r.w & r.nw, ~r.nw & r.n);
        Word none_odd = ~((~r.n & r.ne) | (~r.ne & r.e) | (~r.e & r.se) | (~r.se & r.s));
        Word none_even = ~((~r.s & r.sw) | (~r.sw & r.w) | (~r.w & r.nw) | (~r.nw & r.n));
        Word single = (odd & none_even) | (even & none_odd);
        Word pair = (r.n & r.ne) | (r.ne & r.e) | (r.e & r.se) | (r.se & r.s) | (r.s & r.sw) | (r.sw & r.w) |
                    (r.w & r.nw) | (r.nw & r.n);
        Word gap = (~r.n & ~r.ne) | (~r.ne & ~r.e) | (~r.e & ~r.se) | (~r.se & ~r.s) | (~r.s & ~r.sw) |
                   (~r.sw & ~r.w) | (~r.w & ~r.nw) | (~r.nw & ~r.n);
        Word corner = half == 0 ? r.e & r.s & (r.n | r.w) : r.n & r.w & (r.e | r.s);
        return single & pair & gap & ~corner;
    }
};

template <class Rule>
static bool doom(const Word* row, std::size_t stride, std::size_t from, std::size_t to, Word* doomed) {
    const Word *up = row - stride, *down = row + stride;
    Word any = 0;
    for (std::size_t i = from; i < to; ++i) {
        doomed[i] = row[i] & Rule::deletes(ring_of(up + i, row + i, down + i));
        any |= doomed[i];
    }
    return any != 0;
}

// Accounts for the blocks of THINNING_BLOCK words: `changed` holds the pass of a block's last change.
struct Passes {
    std::size_t height, stride, words, blocks;
    ThinningRoom room;

    std::uint32_t* stamp(std::size_t y, std::size_t block) const {
        return room.changed + (y + 1) * (blocks + 2) + block + 1;
    }
    // A pass of one kind sees something new only where a block or a neighbour of it has changed
    // since the last pass of that kind, which is two passes ago.
    bool active(std::size_t y, std::size_t block, std::uint32_t pass) const {
        std::uint32_t latest = 0;
        for (std::size_t row = 0; row < 3; ++row) {
            const std::uint32_t* at = room.changed + (y + row) * (blocks + 2) + block;
            for (int k = 0; k < 3; ++k) latest = at[k] > latest ? at[k] : latest;
        }
        return latest + 2 >= pass;
    }
    std::size_t end(std::size_t block) const {
        std::size_t to = (block + 1) * THINNING_BLOCK;
        return to < words ? to : words;
    }
};

template <class Rule>
static bool thin_once(const Passes& passes, std::uint32_t pass, Word* bits) {
    bool any = false;
    for (std::size_t y = 0; y <= passes.height; ++y) {
        if (y < passes.height) {
            Word* doomed = passes.room.doomed + (y & 1) * passes.words;
            std::uint8_t* hit = passes.room.hit + (y & 1) * passes.blocks;
            for (std::size_t b = 0; b < passes.blocks; ++b)
                hit[b] = passes.active(y, b, pass) &&
                         doom<Rule>(bits + y * passes.stride, passes.stride, b * THINNING_BLOCK, passes.end(b), doomed);
        }
        if (y == 0) continue;
        // The row above has now been seen by all its neighbours.
        Word* row = bits + (y - 1) * passes.stride;
        const Word* doomed = passes.room.doomed + ((y - 1) & 1) * passes.words;
        const std::uint8_t* hit = passes.room.hit + ((y - 1) & 1) * passes.blocks;
        for (std::size_t b = 0; b < passes.blocks; ++b) {
            if (!hit[b]) continue;
            any = true;
            *passes.stamp(y - 1, b) = pass;
            for (std::size_t i = b * THINNING_BLOCK; i < passes.end(b); ++i) row[i] &= ~doomed[i];
        }
    }
    return any;
}

// Returns the number of the last pass that deleted something, counted from 1; `limit` ends it early.
template <class First, class Second>
static std::uint32_t thin(std::uint64_t* bits, std::size_t height, std::size_t stride, ThinningRoom room,
                          std::uint32_t limit) {
    std::size_t words = stride - 2;
    Passes passes = {height, stride, words, (words + THINNING_BLOCK - 1) / THINNING_BLOCK, room};
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t b = 0; b < passes.blocks; ++b) *passes.stamp(y, b) = 1;
    std::uint32_t last = 0;
    for (std::uint32_t done = 0; done < limit && done - last < 2; ++done) {
        bool any = done % 2 == 0 ? thin_once<First>(passes, done + 2, bits) : thin_once<Second>(passes, done + 2, bits);
        if (any) last = done + 1;
    }
    return last;
}

static std::uint32_t thin_guo_hall(std::uint64_t* bits, std::size_t height, std::size_t stride, ThinningRoom room,
                                   std::uint32_t limit) {
    return thin<GuoHall<0>, GuoHall<1>>(bits, height, stride, room, limit);
}

static std::uint32_t thin_zhang_suen(std::uint64_t* bits, std::size_t height, std::size_t stride, ThinningRoom room,
                                     std::uint32_t limit) {
    return thin<ZhangSuen<0>, ZhangSuen<1>>(bits, height, stride, room, limit);
}
