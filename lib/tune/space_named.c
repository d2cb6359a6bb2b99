/* The built-in spaces: one table, a row for each key. */
#include <string.h>

#include "base/error.h"
#include "config/config.h"
#include "tune/space.h"

enum {
    USER_CF = 1,
    CONTENT = 2,
    EASE = 4,
    BLEND = 8,
    DEFAULT = 16,
    ITEM_CF = 32,
    RP3BETA = 64,
    IALS = 128,
    TIME = 256
};

static const struct {
    const char *name, *text;
    unsigned bit;
} names[] = {
    {"default", "what matters most of the sources that the config enables", DEFAULT},
    {"user_cf", "neighbours of users and how they vote", USER_CF},
    {"content", "terms of movies and lists of similar ones", CONTENT},
    {"ease", "the linear model of movies, switched on", EASE},
    {"item_cf", "movies that the same people rate, switched on", ITEM_CF},
    {"rp3beta", "random walks over who rated what, switched on", RP3BETA},
    {"ials", "factors of movies, switched on", IALS},
    {"time", "how fast ratings age; for a split by time", TIME},
    {"blend", "weights of the sources, fusion and rerank: no training", BLEND},
};

#define RATINGS_KEY "model.ratings."
#define CF_KEY "model.collaborative_filtering."
#define CONTENT_KEY "model.content_based."
#define EASE_KEY "model.ease."
#define ITEM_CF_KEY "model.item_cf."
#define RP3BETA_KEY "model.rp3beta."
#define IALS_KEY "model.ials."
#define HYBRID_KEY "model.hybrid."
#define RERANK_KEY "model.rerank."
#define LIST_KEY "model.recommendation."

/* `choices` separated by '|', or a range. `needs`: in the default space only if the config has
 * this switch on. */
static const struct row {
    unsigned spaces;
    const char *needs, *key, *choices;
    double min, max;
    int is_log;
} rows[] = {
    {USER_CF | DEFAULT, NULL, CF_KEY "n_neighbors", NULL, 10, 300, 1},
    {USER_CF, NULL, CF_KEY "similarity", "cosine|corated_cosine|pearson|jaccard", 0, 0, 0},
    {USER_CF | DEFAULT, NULL, CF_KEY "shrinkage", NULL, 0, 20, 0},
    {USER_CF, NULL, CF_KEY "min_common_items", NULL, 1, 10, 0},
    {USER_CF, NULL, CF_KEY "similarity_threshold", NULL, 0, 0.2, 0},
    {USER_CF | DEFAULT, NULL, CF_KEY "popularity_discount", NULL, 0, 0.6, 0},
    {USER_CF, NULL, CF_KEY "neighborhood", "own|reverse|both", 0, 0, 0},
    {CONTENT, NULL, CONTENT_KEY "top_n_similar_movies", NULL, 10, 300, 1},
    {CONTENT, NULL, CONTENT_KEY "genres_weight", NULL, 0, 3, 0},
    {CONTENT, NULL, CONTENT_KEY "title_weight", NULL, 0, 3, 0},
    {CONTENT, NULL, CONTENT_KEY "tags_weight", NULL, 0, 3, 0},
    {CONTENT, NULL, CONTENT_KEY "decade_weight", NULL, 0, 3, 0},
    {CONTENT, NULL, CONTENT_KEY "popularity_discount", NULL, 0, 0.6, 0},
    {EASE, NULL, EASE_KEY "enabled", "true", 0, 0, 0},
    {EASE | DEFAULT, EASE_KEY "enabled", EASE_KEY "regularization", NULL, 20, 2000, 1},
    {EASE | DEFAULT, EASE_KEY "enabled", EASE_KEY "dropout", NULL, 0, 0.7, 0},
    {EASE, NULL, EASE_KEY "row_exponent", NULL, 0, 1, 0},
    {EASE | DEFAULT, EASE_KEY "enabled", EASE_KEY "popularity_discount", NULL, 0, 0.5, 0},
    {EASE, NULL, EASE_KEY "share", NULL, 0, 1, 0},
    {ITEM_CF, NULL, ITEM_CF_KEY "enabled", "true", 0, 0, 0},
    {ITEM_CF, NULL, ITEM_CF_KEY "neighbors", NULL, 20, 500, 1},
    {ITEM_CF, NULL, ITEM_CF_KEY "weighting", "none|tfidf|bm25", 0, 0, 0},
    {ITEM_CF, NULL, ITEM_CF_KEY "asymmetry", NULL, 0.2, 0.6, 0},
    {ITEM_CF, NULL, ITEM_CF_KEY "shrinkage", NULL, 0, 500, 0},
    {ITEM_CF, NULL, ITEM_CF_KEY "share", NULL, 0, 1, 0},
    {RP3BETA, NULL, RP3BETA_KEY "enabled", "true", 0, 0, 0},
    {RP3BETA, NULL, RP3BETA_KEY "alpha", NULL, 0.2, 1.2, 0},
    {RP3BETA, NULL, RP3BETA_KEY "beta", NULL, 0.2, 0.9, 0},
    {RP3BETA, NULL, RP3BETA_KEY "neighbors", NULL, 50, 500, 1},
    {RP3BETA, NULL, RP3BETA_KEY "share", NULL, 0, 1, 0},
    {IALS, NULL, IALS_KEY "enabled", "true", 0, 0, 0},
    {DEFAULT, NULL, IALS_KEY "enabled", "false|true", 0, 0, 0},
    {IALS, NULL, IALS_KEY "factors", NULL, 16, 256, 1},
    {IALS, NULL, IALS_KEY "regularization", NULL, 0.02, 2, 1},
    {IALS, NULL, IALS_KEY "unobserved_weight", NULL, 0.02, 0.6, 1},
    {IALS, NULL, IALS_KEY "share", NULL, 0, 1, 0},
    {TIME, NULL, RATINGS_KEY "half_life", NULL, 5, 2000, 1},
    {TIME, NULL, "model.popularity.half_life", NULL, 5, 2000, 1},
    {BLEND, NULL, HYBRID_KEY "cf_weight", NULL, 0.3, 1, 0},
    {BLEND | DEFAULT, NULL, HYBRID_KEY "content_weight", NULL, 0, 0.6, 0},
    {TIME, NULL, HYBRID_KEY "calibration_hides", "random|newest", 0, 0, 0},
    {BLEND | DEFAULT | TIME, NULL, HYBRID_KEY "popularity_weight", NULL, 0, 0.6, 0},
    {BLEND, NULL, HYBRID_KEY "fusion", "calibrated|minmax|rrf", 0, 0, 0},
    {BLEND | DEFAULT, NULL, RERANK_KEY "quality_weight", NULL, 0, 0.3, 0},
    {BLEND, NULL, RERANK_KEY "popularity_weight", NULL, 0, 1, 0},
    {BLEND, NULL, RERANK_KEY "rating_damping", NULL, 0, 50, 0},
    {BLEND, NULL, LIST_KEY "min_rating_threshold", NULL, 0, 3.5, 0},
};

int rs_space_name_at(size_t i, const char **name, const char **text)
{
    if (i >= sizeof names / sizeof *names) return 0;
    if (name != NULL) *name = names[i].name;
    if (text != NULL) *text = names[i].text;
    return 1;
}

static recsys_status unknown(const char *name, recsys_error *err)
{
    char known[160] = "";
    size_t size = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t span = strlen(names[i].name);
        if (size + span + 2 > sizeof known) break;
        if (i > 0) known[size++] = '|';
        memcpy(known + size, names[i].name, span + 1);
        size += span;
    }
    return rs_fail(err, RECSYS_E_NOT_FOUND, "space \"%s\" is neither a file nor one of %s",
                   name, known);
}

static recsys_status add_row(recsys_space *space, const struct row *row, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    rs_dimension *d = rs_space_add(space, rs_option_find(NULL, row->key));
    if (d == NULL) return rs_fail_memory(err, "recsys_space_named");
    d->min = row->min;
    d->max = row->max;
    d->is_log = row->is_log;
    for (const char *at = row->choices; at != NULL && status == RECSYS_OK;) {
        size_t span = strcspn(at, "|");
        status = rs_space_choice(space, d, "", at, span, err);
        at = at[span] == '|' ? at + span + 1 : NULL;
    }
    return status;
}

recsys_status rs_space_named(recsys_space **space, recsys_runtime *runtime, const char *name,
                             const recsys_config *config, recsys_error *err)
{
    recsys_space *made;
    unsigned bit = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, name) == 0) bit = names[i].bit;
    if (bit == 0) return unknown(name, err);
    recsys_status status = rs_space_make(&made, runtime, err);
    if (status != RECSYS_OK) return status;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && status == RECSYS_OK; i++) {
        if ((rows[i].spaces & bit) == 0) continue;
        int is_needed = bit != DEFAULT || rows[i].needs == NULL;
        if (is_needed || rs_config_bool(config, rows[i].needs))
            status = add_row(made, &rows[i], err);
    }
    if (status == RECSYS_OK)
        *space = made;
    else
        rs_space_free(made);
    return status;
}
