// What makes results of the sums of products: of sixteen channels, or of U times as many where registers allow.

#if defined(DOCBIN_PERMUTE)
constexpr std::size_t PRODUCT_UNITS = 2;
template <std::size_t U>
using Several = std::conditional_t<U == 1, Sixteen, ThirtyTwo>;

template <std::size_t U>
class ProductScale {
public:
    DOCBIN_INLINE ProductScale(const PreparedConv& conv, std::size_t channel)
        : low_(conv.mult + channel, conv.bias + channel, conv.shift),
          high_(conv.mult + channel + 16 * (U - 1), conv.bias + channel + 16 * (U - 1), conv.shift) {}

    DOCBIN_INLINE Several<U> of(const Sums (&sums)[U]) const {
        Several<U> result;
        if constexpr (U == 1) limited(low_.of(sums[0].v), result);
        else limited(low_.of(sums[0].v), high_.of(sums[1].v), result);
        return result;
    }

private:
    WideScale low_, high_;
};
#else
constexpr std::size_t PRODUCT_UNITS = 1;
template <std::size_t>
using Several = Sixteen;

template <std::size_t U>
class ProductScale {
public:
    ProductScale(const PreparedConv& conv, std::size_t channel)
        : mult_(conv.mult + channel), bias_(conv.bias + channel), shift_(conv.shift) {}

    DOCBIN_INLINE Sixteen of(const Sums (&sums)[U]) const {
        std::int32_t whole[16];
        store_sums(whole, sums[0]);
        return scaled_wide(whole, nullptr, mult_, mult_, bias_, shift_);
    }

private:
    const std::int32_t* mult_;
    const std::int64_t* bias_;
    int shift_;
};
#endif
