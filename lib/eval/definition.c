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
     .map_of = RS_OF_ACHIEVABLE,
     .coverage_of = RS_COVERAGE_PADDED,
     .entropy = RS_ENTROPY_NATS_PER_MOVIE},
    {.name = "elliot",
     .tool = "Elliot fc27efe",
     .status = RS_FROM_SOURCE,
     AS_RECSYS,
     .gain = RS_GAIN_EXP2_THRESHOLD,
     .average = RS_MEAN_PRECISION,
     .coverage_of = RS_COVERAGE_COUNT,
     .gini = RS_GINI_COMPLEMENT},
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
     .ideal = RS_IDEAL_K,
     .coverage_of = RS_COVERAGE_COUNT},
    {.name = "msrec",
     .tool = "recommenders 1.2.1",
     .status = RS_VERIFIED,
     .precision_of = RS_OF_K,
     .recall_of = RS_OF_RELEVANT,
     .map_of = RS_OF_ACHIEVABLE,
     .crowd = RS_CROWD_LISTED_BUT_NDCG,
     .coverage_of = RS_COVERAGE_RATED},
    {.name = "dacrema",
     .tool = "RecSys2019_DeepLearning_Evaluation f5618c6",
     .status = RS_FROM_SOURCE,
     .precision_of = RS_OF_LIST,
     .recall_of = RS_OF_RELEVANT,
     .map_of = RS_OF_LIST_OR_RELEVANT,
     .gain = RS_GAIN_EXP2,
     .ideal = RS_IDEAL_ALL,
     .hits = RS_HIT_COUNT},
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
    {.name = "ncf",
     .tool = "neural_collaborative_filtering",
     .status = RS_FROM_SOURCE,
     AS_RECSYS,
     .listed_candidates = 1},
};

size_t rs_definition_count(void)
{
    return sizeof definitions / sizeof *definitions;
}

const rs_definition *rs_definition_at(size_t i)
{
    return i < rs_definition_count() ? &definitions[i] : NULL;
}

/* ---- by options ------------------------------------------------------------------ */

#define DEFINITION "evaluation.definition."

/* The words of each key are in the order of its enum, behind "profile". */
static const char *const keys[] = {
    DEFINITION "precision_of", DEFINITION "recall_of",   DEFINITION "map_of",
    DEFINITION "gain",         DEFINITION "discount",    DEFINITION "ideal",
    DEFINITION "map",          DEFINITION "f1",          DEFINITION "hit_rate",
    DEFINITION "no_relevant",  DEFINITION "users",       DEFINITION "ties",
    DEFINITION "coverage_of",  DEFINITION "coverage_in", DEFINITION "gini",
    DEFINITION "entropy",
};

static size_t choose(const recsys_config *config, const char *key, size_t profile)
{
    size_t word = rs_config_choice(config, key);
    return word == 0 ? profile : word - 1;
}

rs_definition rs_definition_from(const recsys_config *config)
{
    const char *const *key = keys;
    rs_definition d = *rs_definition_find(rs_config_text(config, "evaluation.profile"));
    d.precision_of = (rs_share_of)choose(config, *key++, d.precision_of);
    d.recall_of = (rs_share_of)choose(config, *key++, d.recall_of);
    d.map_of = (rs_share_of)choose(config, *key++, d.map_of);
    d.gain = (rs_gain)choose(config, *key++, d.gain);
    d.discount = (rs_discount_kind)choose(config, *key++, d.discount);
    d.ideal = (rs_ideal)choose(config, *key++, d.ideal);
    d.average = (rs_average)choose(config, *key++, d.average);
    d.f1 = (rs_f1)choose(config, *key++, d.f1);
    d.hits = (rs_hits)choose(config, *key++, d.hits);
    d.no_relevant = (rs_without)choose(config, *key++, d.no_relevant);
    d.crowd = (rs_crowd)choose(config, *key++, d.crowd);
    d.ties = (rs_ties)choose(config, *key++, d.ties);
    d.coverage_of = (rs_coverage_of)choose(config, *key++, d.coverage_of);
    d.coverage_in_percent = (int)choose(config, *key++, (size_t)d.coverage_in_percent);
    d.gini = (rs_gini)choose(config, *key++, d.gini);
    d.entropy = (rs_entropy)choose(config, *key++, d.entropy);
    return d;
}

void rs_definition_put_changes(rs_text *text, const recsys_config *config)
{
    const char *comma = "";
    rs_text_add(text, "{");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (rs_config_choice(config, keys[i]) == 0) continue;
        rs_text_printf(text, "%s\"%s\":\"%s\"", comma, keys[i] + sizeof DEFINITION - 1,
                       rs_config_text(config, keys[i]));
        comma = ",";
    }
    rs_text_add(text, "}");
}

const rs_definition *rs_definition_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < rs_definition_count(); i++)
        if (strcmp(definitions[i].name, name) == 0) return &definitions[i];
    return NULL;
}
