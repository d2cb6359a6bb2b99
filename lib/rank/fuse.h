/* From each source's scores to one recall score. */
#ifndef RS_RANK_FUSE_H
#define RS_RANK_FUSE_H

#include "models/scratch.h"

enum { RS_RANKS = 1000, RS_RRF_CONSTANT = 60 };

/* Number a source's candidates 1.. by (score falling, id rising), as far as `ranks`, and note
 * the lowest and highest score among candidates. */
void rs_rank_source(const recsys_model *model, rs_scratch *scratch, rs_scores *scores,
                    size_t ranks);

/* Movies that some of the sources given rank no lower than `depth`: value, ascending, each
 * once. Returns how many. movies[2 * sources * depth]. */
size_t rs_high_ranked(const rs_scratch *scratch, const size_t *source, size_t sources,
                      size_t depth, rs_keyed *movies);

/* A source's score of a movie scaled to [0, 1] over its candidates; 1 when all are equal. */
double rs_scaled_score(const rs_scratch *scratch, const rs_scores *scores, size_t movie);

/* What a source adds to the recall of a movie it scored, before the group's weight:
 *   calibrated  expected relevance at its rank + 1e-6 * scaled score
 *   minmax      scaled score
 *   rrf         1 / (60 + rank)   (Cormack et al. 2009)
 * Not for RS_LEARNED, see rank/ranker.h. */
double rs_fused_part(const recsys_model *model, rs_fusion_kind kind, size_t source,
                     const rs_scratch *scratch, size_t movie);

/* Weights of the sources in `settings`; the collaborative ones have shares of cf_weight. Those
 * of RS_LEARNED are the ranker's own. */
void rs_weigh_sources(const recsys_model *model, const rs_settings *settings,
                      double weight[RS_SOURCES]);

/* Sum of weight * part over the sources that scored a candidate; rs_ranker_recall of
 * RS_LEARNED. */
double rs_recall_of(const recsys_model *model, rs_fusion_kind kind, const rs_scratch *scratch,
                    size_t movie);

/* List the candidates that a source which knows the user scored, and fill scratch->recall of
 * them: rs_recall_of divided by the largest over all candidates. Returns that largest (0:
 * nothing was scored). The other candidates' recall falls along the model's popular order. With
 * RS_LEARNED the most popular ones are listed as well, and all others have 0. */
double rs_fuse(const recsys_model *model, const rs_settings *settings, rs_scratch *scratch);

/* The fusion that `settings` ask for, "auto" and "learned" replaced by what training chose. */
rs_fusion_kind rs_fusion_used(const recsys_model *model, const rs_settings *settings);

#endif
