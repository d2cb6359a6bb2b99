/* The body of rs_lanes_fn, for one instruction set. The includer defines
 *
 *   VECTOR, WIDTH       a vector and its bytes, a multiple of 16 up to 64
 *   ZERO, LOAD(p), STORE(p, v), SPREAD(x)     x: 32 bits to all lanes
 *   LOW8, HIGH8, LOW16, HIGH16 (a, b)         interleave within each 16 bytes
 *   ADD8(a, b), ONES(x)                       x != 0 as bytes 0 and 1, for x < 128
 *   SQUARE(x)                                 of each byte below 16
 *   DOT(sum, a, b)                            sum + dot products of four bytes, a below 256,
 *                                             b below 128
 *   TARGET              attributes of the functions
 *
 * and for each inclusion FUNCTION, the name, and MEANS, 1 to sum r_u and r_v too.
 *
 * Interleaving within 16 bytes turns byte 16 l + 4 j + e of the rows into 32-bit lane
 * 4 l + e of result j, which is where rs_lane_kernel.place comes from. */
#define COUNTED (255 * RS_LANE_STEP)
#define NAME_(function, part) function##part
#define NAME(function, part) NAME_(function, part)

TARGET static inline void NAME(FUNCTION, _interleave)(const uint8_t *table, const uint32_t *row,
                                                      VECTOR x[4])
{
    VECTOR a = LOAD(table + (size_t)row[0] * RS_LANES),
           b = LOAD(table + (size_t)row[1] * RS_LANES);
    VECTOR c = LOAD(table + (size_t)row[2] * RS_LANES),
           d = LOAD(table + (size_t)row[3] * RS_LANES);
    VECTOR ab = LOW8(a, b), cd = LOW8(c, d);
    x[0] = LOW16(ab, cd);
    x[1] = HIGH16(ab, cd);
    ab = HIGH8(a, b);
    cd = HIGH8(c, d);
    x[2] = LOW16(ab, cd);
    x[3] = HIGH16(ab, cd);
}

/* The lanes of one part of the table's rows. */
TARGET static inline void NAME(FUNCTION, _part)(const uint8_t *table, const rs_lane_list *list,
                                                size_t part, rs_lane_sums *sums)
{
    VECTOR dot[4], uu[4], vv[4], common[4], u[4], v[4];
    const VECTOR one = SPREAD(0x01010101);
    for (int j = 0; j < 4; j++) dot[j] = uu[j] = vv[j] = common[j] = u[j] = v[j] = ZERO;
    table += part * WIDTH;
    for (size_t from = 0; from < list->count; from += COUNTED) {
        size_t to = list->count - from < COUNTED ? list->count : from + COUNTED;
        VECTOR few[4] = {ZERO, ZERO, ZERO, ZERO}; /* of `common`, in bytes */
        for (size_t i = from; i < to; i += RS_LANE_STEP) {
            uint32_t four;
            VECTOR x[4];
            for (size_t k = 0; k < RS_LANE_STEP; k++)
                __builtin_prefetch(table +
                                   (size_t)list->row[i + RS_LANE_AHEAD - 4 + k] * RS_LANES);
            __builtin_memcpy(&four, list->rating + i, sizeof four);
            VECTOR rating = SPREAD(four), square = SQUARE(rating);
            NAME(FUNCTION, _interleave)(table, list->row + i, x);
            for (int j = 0; j < 4; j++) {
                VECTOR both = ONES(x[j]);
                few[j] = ADD8(few[j], both);
                dot[j] = DOT(dot[j], x[j], rating);
                uu[j] = DOT(uu[j], x[j], x[j]);
                vv[j] = DOT(vv[j], square, both);
                if (MEANS) u[j] = DOT(u[j], x[j], one);
                if (MEANS) v[j] = DOT(v[j], rating, both);
            }
        }
        for (int j = 0; j < 4; j++) common[j] = DOT(common[j], few[j], one);
    }
    for (size_t j = 0; j < 4; j++) {
        size_t at = part * WIDTH + j * (WIDTH / 4);
        STORE(sums->common + at, common[j]);
        STORE(sums->dot + at, dot[j]);
        STORE(sums->uu + at, uu[j]);
        STORE(sums->vv + at, vv[j]);
        if (MEANS) STORE(sums->u + at, u[j]);
        if (MEANS) STORE(sums->v + at, v[j]);
    }
}

TARGET static void FUNCTION(const uint8_t *table, const rs_lane_list *list, rs_lane_sums *sums)
{
    for (size_t part = 0; part < RS_LANES / WIDTH; part++)
        NAME(FUNCTION, _part)(table, list, part, sums);
}

#undef COUNTED
#undef NAME_
#undef NAME
#undef FUNCTION
#undef MEANS
