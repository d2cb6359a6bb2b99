/* From each source's scores to one recall score. */
#ifndef RS_RANK_FUSE_H
#define RS_RANK_FUSE_H

#include "models/scratch.h"

enum { RS_RANKS = 1000, RS_RRF_CONSTANT = 60 };

/* Number a source's candidates 1.. by (score falling, id rising), as far as `ranks`, and note
 * the lowest and highest score among candidates. */
void rs_rank_source(rs_scratch *scratch, rs_scores *scores, size_t ranks);

/* A source's score of a movie scaled to [0, 1] over its candidates; 1 when all are equal. */
double rs_scaled(const rs_scores *scores, size_t movie);

/* What a source adds to the recall of a movie it scored, before the group's weight:
 *   calibrated  expected relevance at its rank + 1e-6 * scaled score
 *   minmax      scaled score
 *   rrf         1 / (60 + rank)   (Cormack et al. 2009) */
double rs_fused_part(const recsys_model *model, rs_fusion_kind kind, size_t source,
                     const rs_scores *scores, size_t movie);

/* Weight of a source's group in `settings`. */
double rs_group_weight(const rs_settings *settings, size_t source);

/* scratch->recall[i] = sum of weight * part over the sources that scored i, divided by the
 * largest over candidates; returns that largest (0: nothing was scored). */
double rs_fuse(const recsys_model *model, const rs_settings *settings, rs_scratch *scratch);

/* The fusion that `settings` ask for, "auto" replaced by what training chose. */
rs_fusion_kind rs_fusion_used(const recsys_model *model, const rs_settings *settings);

#endif
