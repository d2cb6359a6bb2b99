#include "eval/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "config/config.h"
#include "data/attributes.h"
#include "data/times.h"
#include "eval/tail.h"

enum { QUARTERS = 4, NAME = 64 };
enum { ACTIVITY, POPULARITY, TIME, WORDS }; /* of evaluation.breakdowns */

typedef struct grouping {
    recsys_report *report;
    const rs_material *material;
    const rs_evidence *evidence;
    uint8_t *of; /* [judgements] group of each */
    char name[RS_MOST_GROUPS][NAME];
    const char *names[RS_MOST_GROUPS];
} grouping;

static recsys_status no_memory(recsys_error *err)
{
    return rs_fail_memory(err, "evaluation.breakdowns");
}

static recsys_status add(grouping *g, const char *by, size_t groups, recsys_error *err)
{
    return rs_breakdown_add(g->report, g->material, by, g->of, g->names, groups, err);
}

/* The same where a user's judgements may lie in several parts: AUC is of all of them. */
static recsys_status add_divided(grouping *g, const char *by, size_t groups, recsys_error *err)
{
    rs_material material = *g->material;
    material.auc = NULL;
    return rs_breakdown_add(g->report, &material, by, g->of, g->names, groups, err);
}

/* ---- quarters -------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Sorts the numbers and divides them in four; equal ones stay together, so there may be fewer
 * parts. from[] and to[] are the smallest and the largest of each. */
static size_t quarter(int64_t *number, size_t count, int64_t from[QUARTERS],
                      int64_t to[QUARTERS])
{
    size_t parts = 0, at = 0;
    qsort(number, count, sizeof *number, compare);
    for (size_t q = 1; q <= QUARTERS && at < count; q++) {
        size_t end = count * q / QUARTERS;
        if (end <= at) continue;
        while (end < count && number[end] == number[end - 1]) end++;
        from[parts] = number[at];
        to[parts++] = number[end - 1];
        at = end;
    }
    return parts;
}

static uint8_t part_of(int64_t number, const int64_t to[QUARTERS], size_t parts)
{
    uint8_t part = 0;
    while (part < parts && number > to[part]) part++;
    return part;
}

/* ---- activity: how much a user rated in training --------------------------------- */

static int64_t profile_size(const grouping *g, size_t user)
{
    return (int64_t)(g->evidence->profile_ptr[user + 1] - g->evidence->profile_ptr[user]);
}

/* All of a user's judgements are in the user's group. */
static void put_user(grouping *g, size_t user, uint8_t group)
{
    const rs_entries *judged = g->material->judged;
    for (uint64_t i = judged->ptr[user]; i < judged->ptr[user + 1]; i++) g->of[i] = group;
}

static recsys_status add_activity(grouping *g, recsys_error *err)
{
    int64_t from[QUARTERS], to[QUARTERS];
    const rs_entries *judged = g->material->judged;
    size_t count = 0;
    int64_t *sizes = rs_array(g->report->runtime, judged->users, sizeof *sizes);
    if (sizes == NULL) return no_memory(err);
    for (size_t user = 0; user < judged->users; user++)
        if (rs_entries_of(judged, user) > 0 && profile_size(g, user) > 0)
            sizes[count++] = profile_size(g, user);
    size_t parts = quarter(sizes, count, from, to);
    rs_free(g->report->runtime, sizes);
    snprintf(g->name[0], NAME, "no training ratings");
    for (size_t p = 0; p < parts; p++)
        snprintf(g->name[p + 1], NAME, "%lld to %lld training ratings", (long long)from[p],
                 (long long)to[p]);
    for (size_t user = 0; user < judged->users; user++) {
        int64_t size = profile_size(g, user);
        put_user(g, user, size == 0 ? 0 : (uint8_t)(1 + part_of(size, to, parts)));
    }
    return add(g, "activity", parts + 1, err);
}

/* ---- popularity of what is relevant ---------------------------------------------- */

static recsys_status add_popularity(grouping *g, recsys_error *err)
{
    static const char *const names[] = {"head: the most rated movies, half of all ratings",
                                        "middle: the next, 30 % of all ratings",
                                        "tail: all other movies"};
    const rs_evidence *e = g->evidence;
    const rs_entries *judged = g->material->judged;
    uint8_t *group = rs_array(e->runtime, e->movies, 1);
    if (group == NULL) return no_memory(err);
    rs_popularity_groups(group, e->popular, e->raters, e->movies);
    for (uint64_t i = 0; i < judged->count; i++) g->of[i] = group[judged->movie[i]];
    for (size_t i = 0; i < RS_POPULARITY_GROUPS; i++)
        snprintf(g->name[i], NAME, "%s", names[i]);
    rs_free(e->runtime, group);
    return add_divided(g, "popularity", RS_POPULARITY_GROUPS, err);
}

/* ---- time of the test ratings ---------------------------------------------------- */

static recsys_status add_time(grouping *g, recsys_error *err)
{
    int64_t from[QUARTERS], to[QUARTERS];
    char text[2][32];
    const rs_entries *judged = g->material->judged;
    const int64_t *time = g->evidence->time;
    int64_t *times = rs_array(g->report->runtime, (size_t)judged->count, sizeof *times);
    size_t known = 0;
    if (times == NULL) return no_memory(err);
    for (uint64_t i = 0; i < judged->count; i++)
        if (time[i] > 0) times[known++] = time[i];
    size_t parts = quarter(times, known, from, to);
    rs_free(g->report->runtime, times);
    if (parts == 0)
        return rs_breakdown_none(g->report, "time", "no test rating has a time", err);
    for (size_t p = 0; p < parts; p++) {
        rs_time_format(text[0], from[p]);
        rs_time_format(text[1], to[p]);
        snprintf(g->name[p], NAME, "%.10s to %.10s", text[0], text[1]);
    }
    for (uint64_t i = 0; i < judged->count; i++)
        g->of[i] = time[i] > 0 ? part_of(time[i], to, parts) : (uint8_t)RS_NO_GROUP;
    return add_divided(g, "time", parts, err);
}

/* ---- attributes of users --------------------------------------------------------- */

static recsys_status add_attribute(grouping *g, const rs_attribute *column, recsys_error *err)
{
    char digits[24];
    size_t values = column->values.count;
    if (values > RS_MOST_VALUES) values = RS_MOST_VALUES;
    for (size_t v = 0; v < values; v++) {
        rs_id_text text = rs_id_table_at(&column->values, (uint32_t)v, digits);
        size_t size = text.size < NAME ? text.size : NAME - 1;
        while (size < text.size && (text.data[size] & 0xc0) == 0x80) size--; /* UTF-8 whole */
        snprintf(g->name[v], NAME, "%.*s", (int)size, text.data);
    }
    if (column->values.count > RS_MOST_VALUES)
        snprintf(g->name[RS_MOST_VALUES - 1], NAME, "other");
    for (size_t user = 0; user < g->material->judged->users; user++)
        put_user(g, user, column->of[user]);
    return add(g, column->name, values, err);
}

static recsys_status add_attributes(grouping *g, rs_id_table *users, const char *path,
                                    recsys_error *err)
{
    rs_attributes attributes;
    recsys_status status = rs_attributes_read(&attributes, users, path, err);
    for (size_t i = 0; i < attributes.columns && status == RECSYS_OK; i++)
        status = add_attribute(g, &attributes.column[i], err);
    rs_attributes_free(&attributes);
    return status;
}

/* ---- what is asked for ----------------------------------------------------------- */

static const char *const words[WORDS] = {"activity", "popularity", "time"};

static recsys_status add_word(grouping *g, size_t word, recsys_error *err)
{
    int is_trained = g->evidence->train_users > 0, has_times = g->evidence->time != NULL;
    if (word == ACTIVITY && is_trained) return add_activity(g, err);
    if (word == POPULARITY && is_trained) return add_popularity(g, err);
    if (word == TIME && has_times) return add_time(g, err);
    return rs_breakdown_none(g->report, words[word],
                             word == TIME ? "judgements of lists have no times"
                                          : "the training ratings are not known",
                             err);
}

/* The next word of the list; WORDS: there is none, or it is unknown, which is an error. */
static size_t next_word(const char **at, recsys_status *status, recsys_error *err)
{
    const char *word = *at;
    size_t size = strcspn(word, ",");
    *status = RECSYS_OK;
    if (*word == '\0') return WORDS;
    *at += size + (word[size] == ',');
    for (size_t i = 0; i < WORDS; i++)
        if (strlen(words[i]) == size && memcmp(words[i], word, size) == 0) return i;
    *status = rs_fail(err, RECSYS_E_CONFIG,
                      "evaluation.breakdowns: \"%.*s\" is none of activity, popularity, time",
                      (int)(size < 60 ? size : 60), word);
    return WORDS;
}

recsys_status rs_groups_check(recsys_runtime *runtime, const recsys_config *config,
                              recsys_error *err)
{
    rs_bytes bytes;
    recsys_status status;
    const char *at = rs_config_text(config, "evaluation.breakdowns");
    const char *path = rs_config_text(config, "evaluation.user_attributes");
    while (next_word(&at, &status, err) < WORDS) {}
    if (status != RECSYS_OK || *path == '\0' || strcmp(path, "-") == 0) return status;
    status = rs_bytes_open(&bytes, runtime, path, err);
    if (status == RECSYS_OK) rs_bytes_close(&bytes);
    return status;
}

recsys_status rs_groups_add(recsys_report *report, const rs_material *material,
                            const rs_evidence *evidence, rs_id_table *users,
                            const recsys_config *config, recsys_error *err)
{
    size_t word;
    recsys_status status = RECSYS_OK;
    const char *at = rs_config_text(config, "evaluation.breakdowns");
    const char *path = rs_config_text(config, "evaluation.user_attributes");
    if (*at == '\0' && *path == '\0') return RECSYS_OK;
    grouping *g = rs_array_zero(report->runtime, 1, sizeof *g);
    if (g == NULL) return no_memory(err);
    *g = (grouping){.report = report, .material = material, .evidence = evidence};
    for (size_t i = 0; i < RS_MOST_GROUPS; i++) g->names[i] = g->name[i];
    g->of = rs_array(report->runtime, (size_t)material->judged->count, 1);
    if (g->of == NULL) status = no_memory(err);
    while (status == RECSYS_OK && (word = next_word(&at, &status, err)) < WORDS)
        status = add_word(g, word, err);
    if (status == RECSYS_OK && *path != '\0') status = add_attributes(g, users, path, err);
    rs_free(report->runtime, g->of);
    rs_free(report->runtime, g);
    return status;
}
