#include "eval/definition.h"

#include <string.h>

#define AS_RECSYS .precision_of = RS_OF_K, .recall_of = RS_OF_RELEVANT, .map_of = RS_OF_RELEVANT

static const rs_definition definitions[] = {
    {.name = "recsys", .tool = "librecsys", .status = RS_VERIFIED, AS_RECSYS},
    {.name = "recbole",
     .tool = "RecBole 1.2.1",
     .status = RS_VERIFIED,
     .precision_of = RS_OF_K,
     .recall_of = RS_OF_RELEVANT,
     .map_of = RS_OF_ACHIEVABLE},
    {.name = "elliot",
     .tool = "Elliot fc27efe",
     .status = RS_FROM_SOURCE,
     AS_RECSYS,
     .gain = RS_GAIN_EXP2_THRESHOLD,
     .average = RS_MEAN_PRECISION},
    {.name = "ranx",
     .tool = "ranx 0.3.21",
     .status = RS_VERIFIED,
     AS_RECSYS,
     .gain = RS_GAIN_LINEAR,
     .no_relevant = RS_WITHOUT_ZERO},
    {.name = "trec",
     .tool = "pytrec_eval / ir-measures 0.4.3",
     .status = RS_VERIFIED,
     AS_RECSYS,
     .gain = RS_GAIN_LINEAR,
     .no_relevant = RS_WITHOUT_ZERO,
     .ties = RS_TIES_FALLING},
    {.name = "lenskit",
     .tool = "LensKit 2026.4.0",
     .status = RS_VERIFIED,
     .precision_of = RS_OF_LIST,
     .recall_of = RS_OF_ACHIEVABLE,
     .map_of = RS_OF_LIST_OR_RELEVANT,
     .discount = RS_DISCOUNT_LOG2_FROM_2,
     .no_relevant = RS_WITHOUT_PRECISION,
     .crowd = RS_CROWD_LISTED},
    {.name = "rectools",
     .tool = "RecTools 0.19.0",
     .status = RS_VERIFIED,
     AS_RECSYS,
     .ideal = RS_IDEAL_K},
    {.name = "msrec",
     .tool = "recommenders 1.2.1",
     .status = RS_VERIFIED,
     .precision_of = RS_OF_K,
     .recall_of = RS_OF_RELEVANT,
     .map_of = RS_OF_ACHIEVABLE,
     .crowd = RS_CROWD_LISTED_BUT_NDCG},
    {.name = "dacrema",
     .tool = "RecSys2019_DeepLearning_Evaluation f5618c6",
     .status = RS_FROM_SOURCE,
     .precision_of = RS_OF_LIST,
     .recall_of = RS_OF_RELEVANT,
     .map_of = RS_OF_LIST_OR_RELEVANT,
     .gain = RS_GAIN_EXP2,
     .ideal = RS_IDEAL_ALL,
     .counts_hits = 1},
    {.name = "vaecf",
     .tool = "VAE-CF",
     .status = RS_FROM_SOURCE,
     .precision_of = RS_OF_K,
     .recall_of = RS_OF_ACHIEVABLE,
     .map_of = RS_OF_RELEVANT},
    {.name = "lightgcn",
     .tool = "LightGCN",
     .status = RS_FROM_SOURCE,
     AS_RECSYS,
     .no_relevant = RS_WITHOUT_ZERO},
};

size_t rs_definition_count(void)
{
    return sizeof definitions / sizeof *definitions;
}

const rs_definition *rs_definition_at(size_t i)
{
    return i < rs_definition_count() ? &definitions[i] : NULL;
}

const rs_definition *rs_definition_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < rs_definition_count(); i++)
        if (strcmp(definitions[i].name, name) == 0) return &definitions[i];
    return NULL;
}
