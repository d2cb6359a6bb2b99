/* A list that is not all of one kind, or all of the kinds that the user likes. */
#ifndef RS_RANK_VARIETY_H
#define RS_RANK_VARIETY_H

#include "models/scratch.h"

/* How many of the best movies `limit` are chosen from: `limit` itself unless variety is asked
 * for. */
size_t rs_variety_pool(const recsys_model *model, const rs_settings *settings, size_t limit);

/* What rs_variety_choose needs beyond what every query has; called before it. */
recsys_status rs_variety_prepare(const recsys_model *model, const rs_settings *settings,
                                 rs_scratch *scratch, recsys_error *err);

/* Reorder scratch->picked[pool], the best by score first, so that the next one is always the
 * largest, equal ones by id, of
 *
 *   (1 - d) (1 - c) final(i) - d * likeness(i) - c * KL(p || q~)
 *
 * with d `diversity` and c `calibrated_genres`. likeness: the largest content similarity to
 * those before (maximal marginal relevance, Carbonell & Goldstein 1998). p: shares of the
 * genres in what the profile rated, each movie's rating spread evenly over its genres; q: the
 * same of the list with i at its end, where all movies weigh the same; movies without genres do
 * not count; q~ = .99 q + .01 p and KL(p || q~) = sum of p ln(p / q~) (Steck, Calibrated
 * recommendations, RecSys 2018), rounded to a 32-bit float. A profile without a rating above 0
 * of a movie with genres has no p, and then c is 0. Uses scratch->recall up. */
void rs_variety_choose(const recsys_model *model, const rs_settings *settings,
                       rs_scratch *scratch, size_t pool, size_t limit);

#endif
