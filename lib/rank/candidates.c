#include "rank/candidates.h"

#include <string.h>

static void mark_listed(const recsys_model *model, const rs_strings *list, uint8_t *candidate,
                        uint8_t value)
{
    for (size_t i = 0; i < list->count; i++) {
        size_t movie = rs_ids_find(&model->movies, list->item[i], strlen(list->item[i]));
        if (movie != SIZE_MAX) candidate[movie] = value;
    }
}

/* ASCII case only, so that the host's locale has no say. */
static int same_word(const char *a, const char *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        int x = (unsigned char)a[i], y = (unsigned char)b[i];
        if (x >= 'A' && x <= 'Z') x += 'a' - 'A';
        if (y >= 'A' && y <= 'Z') y += 'a' - 'A';
        if (x != y) return 0;
    }
    return 1;
}

static int has_genre(const char *genres, const char *wanted)
{
    size_t size = strlen(wanted);
    while (*genres != '\0') {
        size_t span = strcspn(genres, "|");
        if (span == size && same_word(genres, wanted, size)) return 1;
        genres += span + (genres[span] == '|');
    }
    return 0;
}

static int of_asked_genre(const recsys_model *model, const rs_strings *genres, size_t movie)
{
    const char *has = rs_column_text(&model->catalogue.genres, movie);
    for (size_t i = 0; i < genres->count; i++)
        if (has_genre(has, genres->item[i])) return 1;
    return genres->count == 0;
}

static int within_years(const recsys_model *model, const recsys_query *query, size_t movie)
{
    int year = model->catalogue.year[movie];
    if (query->first_year == 0 && query->last_year == 0) return 1;
    if (year == 0 || year < query->first_year) return 0;
    return query->last_year == 0 || year <= query->last_year;
}

static void apply_filters(const recsys_model *model, const rs_settings *settings,
                          const recsys_query *query, rs_scratch *scratch)
{
    for (size_t i = 0; i < model->movies.count; i++) {
        if (!scratch->candidate[i]) continue;
        if ((int64_t)scratch->raters[i] < settings->list.min_ratings ||
            (query != NULL &&
             (!within_years(model, query, i) || !of_asked_genre(model, &query->genres, i))))
            scratch->candidate[i] = 0;
    }
}

static int is_filtered(const recsys_query *query)
{
    return query->genres.count > 0 || query->first_year != 0 || query->last_year != 0;
}

void rs_candidates(const recsys_model *model, const rs_settings *settings,
                   const recsys_query *query, rs_scratch *scratch)
{
    int listed = query != NULL && query->allow.count > 0;
    memset(scratch->candidate, !listed, model->movies.count);
    if (listed) mark_listed(model, &query->allow, scratch->candidate, 1);
    if (query != NULL) mark_listed(model, &query->deny, scratch->candidate, 0);
    int leave_out = query == NULL || settings->list.rated_movies == RS_RATED_LEAVE_OUT;
    for (size_t i = 0; leave_out && i < scratch->profile.count; i++)
        scratch->candidate[scratch->profile.movie[i]] = 0;
    if (settings->list.min_ratings > 0 || (query != NULL && is_filtered(query)))
        apply_filters(model, settings, query, scratch);
}
