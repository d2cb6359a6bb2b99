/* Which lanes are worth a closer look, for one instruction set: a plain loop that the compiler
 * turns into that set's vectors. The includer defines TARGET. See rs_lane_bar. */
TARGET static uint64_t filter(const rs_lane_sums *sums, const rs_lane_bar *bar)
{
    uint8_t look[RS_LANES];
    uint64_t mask = 0;
    float other = bar->other, floor = bar->least_other, shrinkage = bar->shrinkage;
    for (size_t u = 0; u < RS_LANES; u++) {
        float n = (float)sums->common[u], dot = (float)sums->dot[u];
        float least = bar->least[u] < floor ? bar->least[u] : floor;
        float bound = least * (n + shrinkage);
        float plain = dot * bar->norm[u] * other * n;
        float squared = (float)sums->uu[u] * (float)sums->vv[u] * bound * bound;
        int enough = bar->corated ? dot * dot * n * n >= squared : plain >= bound;
        look[u] = (uint8_t)((sums->common[u] >= bar->min_common) & (enough | (least <= 0)));
    }
    for (size_t group = 0; group < RS_LANES; group += 8) {
        uint64_t eight;
        __builtin_memcpy(&eight, look + group, sizeof eight);
        /* One bit of each byte, gathered at the top by a multiplication. */
        mask |= (eight * UINT64_C(0x0102040810204080) >> 56) << group;
    }
    return mask;
}
