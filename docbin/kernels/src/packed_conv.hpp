// Convolutions of packed networks: bands of rows, in chunks of columns.

static inline std::size_t conv_room(const PreparedConv& conv, std::size_t count) {
    return conv.kind == ConvKind::w8a8 ? product_room(conv, count) : LookupRoom(conv, count).bytes;
}

static void conv_rows(const PreparedConv& conv, const ConvBand& band, const BandEnd& end) {
    if (band.count == 0) return;
    if (conv.kind != ConvKind::w8a8) return look_up_rows(conv, band, end);
#if defined(DOCBIN_PERMUTE)
    if (is_few(conv)) return few_rows(conv, band, end);
#endif
    product_rows(conv, band, end);
}
