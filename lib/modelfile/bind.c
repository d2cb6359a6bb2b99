/* From parts to views. A file may come from anywhere, so nothing is believed here. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "config/config.h"
#include "kernels/factors.h"
#include "modelfile/model.h"

static recsys_status damaged(const char *part, const char *why, recsys_error *err)
{
    return rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\" %s", part, why);
}

/* ---- checks of whole arrays ------------------------------------------------------ */

static recsys_status bind_reals(const rs_container *parts, const char *name, size_t count,
                                const double **reals, recsys_error *err)
{
    const void *data;
    recsys_status status = rs_container_array(parts, name, count, sizeof **reals, &data, err);
    if (status != RECSYS_OK) return status;
    *reals = data;
    double all = 0;
    for (size_t i = 0; i < count; i++) all += (*reals)[i] * 0; /* NaN once one is not finite */
    return all == 0 ? RECSYS_OK : damaged(name, "holds a number that is not finite", err);
}

/* Offsets of `rows` rows from 0; the last must be the number of entries. */
static recsys_status bind_offsets(const rs_container *parts, const char *name, size_t rows,
                                  const uint64_t **offsets, size_t *entries, recsys_error *err)
{
    const void *data;
    recsys_status status =
        rs_container_array(parts, name, rows + 1, sizeof **offsets, &data, err);
    if (status != RECSYS_OK) return status;
    const uint64_t *o = data;
    int bad = o[0] != 0;
    for (size_t i = 0; i < rows; i++) bad |= o[i] > o[i + 1];
    if (bad || o[rows] > SIZE_MAX / 16) return damaged(name, "is not ascending from 0", err);
    *offsets = o;
    *entries = (size_t)o[rows];
    return RECSYS_OK;
}

static recsys_status bind_indices(const rs_container *parts, const char *name, size_t count,
                                  size_t limit, const uint32_t **indices, recsys_error *err)
{
    const void *data;
    recsys_status status = rs_container_array(parts, name, count, sizeof **indices, &data, err);
    if (status != RECSYS_OK) return status;
    *indices = data;
    int bad = 0;
    for (size_t i = 0; i < count; i++) bad |= (*indices)[i] >= limit;
    return bad ? damaged(name, "holds a number out of range", err) : RECSYS_OK;
}

static recsys_status bind_floats(const rs_container *parts, const char *name, size_t count,
                                 const float **floats, recsys_error *err)
{
    const void *data;
    recsys_status status = rs_container_array(parts, name, count, sizeof **floats, &data, err);
    if (status != RECSYS_OK) return status;
    *floats = data;
    float all = 0;
    for (size_t i = 0; i < count; i++) all += (*floats)[i] * 0;
    return all == 0 ? RECSYS_OK : damaged(name, "holds a number that is not finite", err);
}

/* A zero-ended text without zero bytes inside. */
static recsys_status bind_text(const rs_container *parts, const char *name, const char **text,
                               recsys_error *err)
{
    const rs_part *part = rs_container_find(parts, name);
    if (part == NULL) return damaged(name, "is missing", err);
    const char *data = part->data;
    if (part->size == 0 || memchr(data, '\0', part->size) != data + part->size - 1)
        return damaged(name, "is not a text", err);
    if (!rs_utf8_valid(data, part->size - 1)) return damaged(name, "is not UTF-8", err);
    *text = data;
    return RECSYS_OK;
}

/* ---- manifest and config --------------------------------------------------------- */

static const char *const known_parts[] = {
    "manifest",
    "config",
    "users",
    "movies",
    "ratings.head",
    "ratings.user_ptr",
    "ratings.user_movie",
    "ratings.user_value",
    "ratings.time",
    "ratings.movie_ptr",
    "ratings.movie_user",
    "ratings.movie_value",
    "ratings.newest",
    "catalogue.year",
    "catalogue.title",
    "catalogue.genres",
    "catalogue.cast",
    "catalogue.overview",
    "catalogue.tags",
    "catalogue.imdb",
    "catalogue.tmdb",
    "movie.sum",
    "movie.recent",
    "movie.popular",
    "user.sum",
    "user.square",
    "user_cf.ptr",
    "user_cf.user",
    "user_cf.similarity",
    "user_cf.common",
    "content.ptr",
    "content.movie",
    "content.similarity",
    "terms.ptr",
    "terms.term",
    "terms.weight",
    "terms.name_offsets",
    "terms.names",
    "ease.head",
    "ease.ptr",
    "ease.movie",
    "ease.weight",
    "item_cf.ptr",
    "item_cf.movie",
    "item_cf.weight",
    "rp3beta.ptr",
    "rp3beta.movie",
    "rp3beta.weight",
    "ials.head",
    "ials.movie",
    "ials.gram",
    "fusion.head",
    "fusion.share",
    "fusion.ranker",
    "fusion.user_cf",
    "fusion.content",
    "fusion.popularity",
    "fusion.ease",
    "fusion.item_cf",
    "fusion.rp3beta",
    "fusion.ials",
};

static recsys_status check_known(const rs_container *parts, recsys_error *err)
{
    for (size_t i = 0; i < parts->count; i++) {
        const rs_part *part = &parts->parts[i];
        int known = !part->required;
        for (size_t j = 0; !known && j < sizeof known_parts / sizeof *known_parts; j++)
            known = strcmp(part->name, known_parts[j]) == 0;
        if (!known)
            return rs_fail(err, RECSYS_E_MODEL_VERSION, "section \"%s\" needs a newer library",
                           part->name);
    }
    return RECSYS_OK;
}

static recsys_status read_settings(recsys_model *model, recsys_error *err)
{
    recsys_config *config = NULL;
    recsys_error inner = RECSYS_ERROR_INIT;
    recsys_status status = rs_config_from_stored(&config, model->runtime, model->config,
                                                 strlen(model->config), &inner);
    if (status == RECSYS_E_NO_MEMORY) return rs_fail_memory(err, "model");
    if (status != RECSYS_OK)
        return rs_fail(err, RECSYS_E_DAMAGED, "section \"config\": %s", inner.text);
    rs_settings_read(&model->settings, config);
    rs_config_free(config);
    return RECSYS_OK;
}

recsys_status rs_model_bind_texts(recsys_model *model, recsys_error *err)
{
    recsys_status status;
    RS_TRY(check_known(&model->parts, err));
    RS_TRY(bind_text(&model->parts, "manifest", &model->manifest, err));
    if (rs_json_check(model->runtime, model->manifest, strlen(model->manifest), NULL) != NULL)
        return damaged("manifest", "is not JSON", err);
    RS_TRY(bind_text(&model->parts, "config", &model->config, err));
    RS_TRY(read_settings(model, err));
out:
    return status;
}

/* ---- data ------------------------------------------------------------------------ */

static recsys_status bind_ids(recsys_model *model, const char *name, rs_ids *ids,
                              recsys_error *err)
{
    const rs_part *part = rs_container_find(&model->parts, name);
    if (part == NULL) return damaged(name, "is missing", err);
    return rs_ids_bind(ids, part->data, part->size, name, err);
}

/* No rating weighs more than 1, and none weighs nothing. */
static recsys_status bind_recent(recsys_model *model, recsys_error *err)
{
    static const char name[] = "movie.recent";
    const double *recent = NULL;
    model->statistics.recent = NULL;
    if (!(model->settings.popularity_half_life > 0)) return RECSYS_OK;
    recsys_status status = bind_reals(&model->parts, name, model->movies.count, &recent, err);
    if (status != RECSYS_OK || recent == NULL) return status;
    for (size_t i = 0; i < model->movies.count; i++) {
        double weight = recent[i], most = (double)rs_raters(model, i);
        if (!(weight >= 0 && weight <= most) || (weight > 0) != (most > 0))
            return damaged(name, "does not fit the ratings", err);
    }
    model->statistics.recent = recent;
    return RECSYS_OK;
}

/* Only a model whose ratings age needs to know which is the newest. */
static recsys_status bind_worth(recsys_model *model, recsys_error *err)
{
    static const char name[] = "ratings.newest";
    const void *data;
    int64_t newest = 0;
    if (model->settings.ratings.half_life > 0) {
        recsys_status status =
            rs_container_array(&model->parts, name, 1, sizeof newest, &data, err);
        if (status != RECSYS_OK) return status;
        memcpy(&newest, data, sizeof newest);
    }
    rs_worth_begin(&model->worth, &model->settings, model->ratings.scale_min,
                   model->ratings.scale_max, newest);
    return RECSYS_OK;
}

static double popularity(const recsys_model *model, uint32_t movie)
{
    const double *recent = model->statistics.recent;
    return recent != NULL ? recent[movie] : (double)rs_raters(model, movie);
}

/* The order must be one: each movie once, popularity falling, equal ones by id. */
static int popular_in_order(const recsys_model *model, const uint32_t *popular)
{
    for (size_t i = 1; i < model->movies.count; i++) {
        double before = popularity(model, popular[i - 1]), here = popularity(model, popular[i]);
        if (here > before || (here == before && popular[i] <= popular[i - 1])) return 0;
    }
    return 1;
}

recsys_status rs_model_bind_statistics(recsys_model *model, recsys_error *err)
{
    recsys_status status;
    rs_statistics *s = &model->statistics;
    size_t users = model->users.count, movies = model->movies.count;
    RS_TRY(bind_reals(&model->parts, "movie.sum", movies, &s->movie_sum, err));
    RS_TRY(bind_reals(&model->parts, "user.sum", users, &s->user_sum, err));
    RS_TRY(bind_reals(&model->parts, "user.square", users, &s->user_square, err));
    RS_TRY(bind_recent(model, err));
    RS_TRY(bind_worth(model, err));
    RS_TRY(bind_indices(&model->parts, "movie.popular", movies, movies, &s->popular, err));
    if (!popular_in_order(model, s->popular))
        return damaged("movie.popular", "is not in order", err);
    s->most_raters = 1;
    for (size_t i = 0; i < movies; i++)
        if (rs_raters(model, i) > s->most_raters) s->most_raters = rs_raters(model, i);
    double sum = 0;
    for (size_t i = 0; i < movies; i++) sum += s->movie_sum[i];
    s->mean = model->ratings.count > 0 ? sum / (double)model->ratings.count : 0;
out:
    return status;
}

recsys_status rs_model_bind_data(recsys_model *model, recsys_error *err)
{
    recsys_status status;
    RS_TRY(bind_ids(model, "users", &model->users, err));
    RS_TRY(bind_ids(model, "movies", &model->movies, err));
    RS_TRY(rs_matrix_bind(&model->ratings, &model->parts, err));
    if (model->ratings.users != model->users.count ||
        model->ratings.movies != model->movies.count)
        return damaged("ratings.head", "does not fit the tables of ids", err);
    RS_TRY(rs_catalogue_bind(&model->catalogue, &model->parts, &model->movies, err));
    RS_TRY(rs_model_bind_statistics(model, err));
out:
    return status;
}

/* ---- recall sources -------------------------------------------------------------- */

/* No row longer than what training keeps: queries have room for so many. */
static recsys_status check_rows(const char *name, const uint64_t *ptr, size_t rows,
                                int64_t most, recsys_error *err)
{
    for (size_t i = 0; i < rows; i++)
        if (ptr[i + 1] - ptr[i] > (uint64_t)most)
            return damaged(name, "has a row longer than the config allows", err);
    return RECSYS_OK;
}

/* Names of the parts of such lists: ptr, user, similarity, common. */
static const char *const list_names[] = {"user_cf.ptr", "user_cf.user", "user_cf.similarity",
                                         "user_cf.common"};
static const char *const spare_names[] = {"spare.ptr", "spare.user", "spare.similarity",
                                          "spare.common"};

static recsys_status bind_lists(recsys_model *model, const char *const names[4], int64_t most,
                                rs_neighbours *n, recsys_error *err)
{
    recsys_status status;
    size_t count, users = model->users.count, movies = model->movies.count;
    const rs_container *parts = &model->parts;
    RS_TRY(bind_offsets(parts, names[0], users, &n->ptr, &count, err));
    RS_TRY(check_rows(names[0], n->ptr, users, most, err));
    RS_TRY(bind_indices(parts, names[1], count, users, &n->user, err));
    RS_TRY(bind_floats(parts, names[2], count, &n->similarity, err));
    RS_TRY(bind_indices(parts, names[3], count, movies + 1, &n->common, err));
out:
    return status;
}

/* Models without them are older than they are, or wanted none. */
static recsys_status bind_spare(recsys_model *model, recsys_error *err)
{
    static const char name[] = "spare.complete";
    recsys_status status;
    const void *data;
    const rs_settings *s = &model->settings;
    if (rs_container_find(&model->parts, spare_names[0]) == NULL) return RECSYS_OK;
    RS_TRY(bind_lists(model, spare_names, s->cf.spare_neighbors, &model->spare, err));
    RS_TRY(rs_container_array(&model->parts, name, model->users.count, 1, &data, err));
    model->spare_complete = data;
    for (size_t i = 0; i < model->users.count; i++)
        if (model->spare_complete[i] > 1) return damaged(name, "is not 0 or 1", err);
out:
    return status;
}

/* The lists of a source; without its first part the model has none. */
static recsys_status bind_movie_lists(recsys_model *model, size_t source, recsys_error *err)
{
    recsys_status status;
    size_t count, movies = model->movies.count;
    const rs_container *parts = &model->parts;
    rs_similar *s = &model->lists[source];
    char name[3][RS_PART_NAME];
    rs_list_part(name[0], source, ".ptr");
    rs_list_part(name[1], source, ".movie");
    rs_list_part(name[2], source, source == RS_CONTENT ? ".similarity" : ".weight");
    if (source != RS_CONTENT && rs_container_find(parts, name[0]) == NULL) return RECSYS_OK;
    RS_TRY(bind_offsets(parts, name[0], movies, &s->ptr, &count, err));
    RS_TRY(bind_indices(parts, name[1], count, movies, &s->movie, err));
    RS_TRY(bind_floats(parts, name[2], count, &s->similarity, err));
out:
    return status;
}

static recsys_status bind_ease_head(recsys_model *model, recsys_error *err)
{
    static const char name[] = "ease.head";
    const void *data;
    if (model->lists[RS_EASE].ptr == NULL) return RECSYS_OK;
    recsys_status status =
        rs_container_array(&model->parts, name, 1, sizeof *model->ease_head, &data, err);
    if (status != RECSYS_OK) return status;
    const rs_ease_head *head = data;
    size_t size = strnlen(head->core, sizeof head->core);
    if (!isfinite(head->kept) || !isfinite(head->residual) || size == sizeof head->core ||
        !rs_utf8_valid(head->core, size))
        return damaged(name, "holds a value out of range", err);
    model->ease_head = head;
    return RECSYS_OK;
}

/* Numbers that a query computes with; what else they could do is seen when it solves. */
static int is_ials_head(const recsys_model *model, const rs_ials_head *head)
{
    return head->factors >= 1 && head->factors <= RS_FACTOR_MOST &&
           head->movies <= model->movies.count && head->users <= model->users.count &&
           head->regularization > 0 && isfinite(head->regularization) && head->exponent >= 0 &&
           head->exponent <= 2 && head->unobserved >= 0 && isfinite(head->unobserved) &&
           isfinite(head->loss);
}

/* Models without its head have no iALS. */
static recsys_status bind_ials(recsys_model *model, recsys_error *err)
{
    recsys_status status;
    const void *data;
    size_t cells;
    const rs_container *parts = &model->parts;
    if (rs_container_find(parts, "ials.head") == NULL) return RECSYS_OK;
    RS_TRY(rs_container_array(parts, "ials.head", 1, sizeof *model->ials.head, &data, err));
    const rs_ials_head *head = data;
    if (!is_ials_head(model, head))
        return damaged("ials.head", "holds a value out of range", err);
    size_t factors = (size_t)head->factors;
    if (!rs_mul(model->movies.count, factors, &cells))
        return damaged("ials.head", "holds a value out of range", err);
    RS_TRY(bind_floats(parts, "ials.movie", cells, &model->ials.movie, err));
    RS_TRY(bind_reals(parts, "ials.gram", factors * factors, &model->ials.gram, err));
    model->ials.head = head;
out:
    return status;
}

/* Each name ends with a zero byte inside its own range. */
static recsys_status bind_term_names(recsys_model *model, recsys_error *err)
{
    static const char name[] = "terms.names", offsets[] = "terms.name_offsets";
    rs_terms *t = &model->terms;
    size_t size;
    const rs_part *part = rs_container_find(&model->parts, offsets);
    if (part == NULL || part->size < 8 || part->size % 8 != 0)
        return damaged(offsets, "is missing or cut", err);
    t->count = part->size / 8 - 1;
    recsys_status status =
        bind_offsets(&model->parts, offsets, t->count, &t->names.offsets, &size, err);
    const void *bytes;
    if (status == RECSYS_OK)
        status = rs_container_array(&model->parts, name, size, 1, &bytes, err);
    if (status != RECSYS_OK) return status;
    t->names.bytes = bytes;
    for (size_t i = 0; i < t->count; i++) {
        uint64_t from = t->names.offsets[i], to = t->names.offsets[i + 1];
        if (from == to || t->names.bytes[to - 1] != '\0')
            return damaged(name, "holds a name without an end", err);
    }
    return RECSYS_OK;
}

static recsys_status bind_terms(recsys_model *model, recsys_error *err)
{
    recsys_status status;
    size_t count;
    rs_terms *t = &model->terms;
    const rs_container *parts = &model->parts;
    RS_TRY(bind_term_names(model, err));
    RS_TRY(bind_offsets(parts, "terms.ptr", model->movies.count, &t->ptr, &count, err));
    RS_TRY(bind_indices(parts, "terms.term", count, t->count, &t->term, err));
    RS_TRY(bind_floats(parts, "terms.weight", count, &t->weight, err));
out:
    return status;
}

recsys_status rs_model_bind_learned(recsys_model *model, recsys_error *err)
{
    static const size_t lists[] = {RS_EASE, RS_ITEM_CF, RS_RP3BETA};
    recsys_status status;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        RS_TRY(bind_movie_lists(model, lists[i], err));
    RS_TRY(bind_ease_head(model, err));
    RS_TRY(bind_ials(model, err));
out:
    return status;
}

recsys_status rs_model_bind_neighbours(recsys_model *model, recsys_error *err)
{
    recsys_status status;
    RS_TRY(
        bind_lists(model, list_names, model->settings.cf.n_neighbors, &model->neighbours, err));
    RS_TRY(bind_spare(model, err));
    RS_TRY(rs_model_turn_lists(model, err));
out:
    return status;
}

recsys_status rs_model_bind_sources(recsys_model *model, recsys_error *err)
{
    recsys_status status;
    RS_TRY(rs_model_bind_neighbours(model, err));
    RS_TRY(bind_movie_lists(model, RS_CONTENT, err));
    RS_TRY(bind_terms(model, err));
    RS_TRY(rs_model_bind_learned(model, err));
out:
    return status;
}

/* ---- fusion ---------------------------------------------------------------------- */

/* Models without them have user CF alone in the group. */
static recsys_status bind_shares(recsys_model *model, recsys_error *err)
{
    static const char name[] = "fusion.share";
    const double *share;
    rs_fusion *f = &model->fusion;
    memset(f->share, 0, sizeof f->share);
    f->share[RS_USER_CF] = 1;
    if (rs_container_find(&model->parts, name) == NULL) return RECSYS_OK;
    recsys_status status = bind_reals(&model->parts, name, RS_SOURCES, &share, err);
    if (status != RECSYS_OK) return status;
    for (size_t s = 0; s < RS_SOURCES; s++)
        if (share[s] < 0 || share[s] > 1 || (share[s] > 0 && !rs_is_collaborative(s)))
            return damaged(name, "holds a value out of range", err);
    memcpy(f->share, share, sizeof f->share);
    return RECSYS_OK;
}

/* Weights that keep every sum finite. */
static int is_sound(const rs_ranker *r)
{
    static const double most = 1e6;
    for (size_t s = 0; s < RS_SOURCES; s++)
        if (!(r->source[s] >= 0 && r->source[s] <= most)) return 0;
    for (size_t k = 0; k < RS_MOVIE_FEATURES; k++)
        if (!(fabs(r->movie[k]) <= most)) return 0;
    if (!isfinite(r->gain) || !isfinite(r->error)) return 0;
    return fabs(r->newest) <= 1e10 && fabs(r->age) <= most && r->taste >= 0 && r->taste <= 1;
}

static recsys_status bind_ranker(recsys_model *model, recsys_error *err)
{
    static const char name[] = "fusion.ranker";
    const void *data;
    model->fusion.ranker = NULL;
    if (rs_container_find(&model->parts, name) == NULL) return RECSYS_OK;
    recsys_status status =
        rs_container_array(&model->parts, name, 1, sizeof *model->fusion.ranker, &data, err);
    if (status != RECSYS_OK) return status;
    const rs_ranker *r = data;
    if (r->use > RS_USE_RANKER || r->single >= RS_SOURCES ||
        !rs_has_source(model, (size_t)r->single) || !is_sound(r))
        return damaged(name, "holds a value out of range", err);
    model->fusion.ranker = r;
    return RECSYS_OK;
}

recsys_status rs_model_bind_fusion(recsys_model *model, recsys_error *err)
{
    const void *data;
    rs_fusion_head head;
    rs_fusion *f = &model->fusion;
    recsys_status status =
        rs_container_array(&model->parts, "fusion.head", 1, sizeof head, &data, err);
    if (status != RECSYS_OK) return status;
    memcpy(&head, data, sizeof head);
    if (head.ranks > 1000000 || head.chosen < RS_CALIBRATED || head.chosen > RS_RRF ||
        !isfinite(head.relevance))
        return damaged("fusion.head", "holds a value out of range", err);
    f->ranks = (size_t)head.ranks;
    f->chosen = (rs_fusion_kind)head.chosen;
    f->users = head.users;
    f->relevance = head.relevance;
    memcpy(f->ndcg, head.ndcg, sizeof f->ndcg);
    status = bind_shares(model, err);
    if (status == RECSYS_OK) status = bind_ranker(model, err);
    if (status != RECSYS_OK) return status;
    for (size_t s = 0; s < RS_SOURCES; s++) {
        char name[RS_PART_NAME];
        if (!rs_has_source(model, s)) continue;
        rs_fusion_part(name, s);
        status = bind_reals(&model->parts, name, f->ranks + 1, &f->table[s], err);
        if (status != RECSYS_OK) return status;
    }
    return RECSYS_OK;
}
