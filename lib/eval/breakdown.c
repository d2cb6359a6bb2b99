#include "eval/breakdown.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"

typedef struct part {
    recsys_report *report;
    const rs_material *material;
    const uint8_t *group_of;
    rs_entries judged; /* room for all; those of the part at hand */
} part;

/* Returns how many of them are relevant. */
static uint64_t pick(part *p, size_t group)
{
    const rs_entries *all = p->material->judged;
    uint64_t relevant = 0, kept = 0;
    for (size_t user = 0; user < all->users; user++) {
        for (uint64_t i = all->ptr[user]; i < all->ptr[user + 1]; i++) {
            if (p->group_of[i] != group) continue;
            p->judged.movie[kept] = all->movie[i];
            p->judged.value[kept++] = all->value[i];
            relevant += all->value[i] >= p->report->least;
        }
        p->judged.ptr[user + 1] = kept;
    }
    p->judged.count = kept;
    return relevant;
}

static recsys_status score_group(const part *p, rs_group *group, recsys_error *err)
{
    recsys_report *report = p->report;
    const rs_material *m = p->material;
    rs_scores scores = {.runtime = report->runtime};
    size_t k = report->lists.cut[report->told].k;
    const rs_scoring scoring = {&report->definition, &k, 1, report->least, m->auc};
    rs_interval_plan plan = report->interval;
    recsys_status status;
    RS_TRY(rs_score_lists(&scores, m->lists, &p->judged, m->users, m->movies, &scoring, err));
    group->users = scores.users;
    memcpy(group->metrics, scores.mean, sizeof group->metrics);
    RS_TRY(rs_intervals(group->low, group->high, report->runtime, scores.value, scores.users,
                        RS_USER_METRICS, &plan, err));
    if (report->definition.f1 == RS_F1_OF_MEANS) /* it is no mean over users */
        group->low[RS_METRIC_F1] = group->high[RS_METRIC_F1] = (double)NAN;
out:
    rs_scores_free(&scores);
    return status;
}

static recsys_status no_memory(recsys_error *err)
{
    return rs_fail_memory(err, "a breakdown");
}

static recsys_status make_part(part *p, recsys_error *err)
{
    recsys_runtime *r = p->report->runtime;
    const rs_entries *all = p->material->judged;
    p->judged = *all;
    p->judged.ptr = rs_array_zero(r, all->users + 1, sizeof *p->judged.ptr);
    p->judged.movie = rs_array(r, (size_t)all->count, sizeof *p->judged.movie);
    p->judged.value = rs_array(r, (size_t)all->count, sizeof *p->judged.value);
    int fine = p->judged.ptr != NULL && p->judged.movie != NULL && p->judged.value != NULL;
    return fine ? RECSYS_OK : no_memory(err);
}

static recsys_status add_groups(part *p, rs_breakdown *b, const char *const *names,
                                size_t groups, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    for (size_t g = 0; g < groups && status == RECSYS_OK; g++) {
        rs_group *group = &b->group[b->groups];
        *group = (rs_group){.relevant = pick(p, g)};
        if (group->relevant == 0) continue;
        group->name = rs_strdup(p->report->runtime, names[g]);
        b->groups++;
        status = group->name != NULL ? score_group(p, group, err) : no_memory(err);
    }
    return status;
}

/* NULL: out of memory. */
static rs_breakdown *begin(recsys_report *report, const char *by)
{
    rs_breakdown *more = rs_array_resize(report->runtime, report->breakdown,
                                         report->breakdowns + 1, sizeof *more);
    if (more == NULL) return NULL;
    report->breakdown = more;
    rs_breakdown *b = &report->breakdown[report->breakdowns++];
    memset(b, 0, sizeof *b);
    b->by = rs_strdup(report->runtime, by);
    return b->by != NULL ? b : NULL;
}

recsys_status rs_breakdown_none(recsys_report *report, const char *by, const char *why,
                                recsys_error *err)
{
    rs_breakdown *b = begin(report, by);
    if (b == NULL) return no_memory(err);
    b->why = why;
    return RECSYS_OK;
}

recsys_status rs_breakdown_add(recsys_report *report, const rs_material *material,
                               const char *by, const uint8_t *group_of,
                               const char *const *names, size_t groups, recsys_error *err)
{
    part p = {report, material, group_of, {.runtime = report->runtime}};
    recsys_status status;
    rs_breakdown *b = begin(report, by);
    if (b == NULL) return no_memory(err);
    RS_TRY(make_part(&p, err));
    RS_TRY(add_groups(&p, b, names, groups, err));
    if (b->groups == 0) b->why = "none of the relevant judgements belongs to a group";
out:
    rs_free(report->runtime, p.judged.ptr);
    rs_free(report->runtime, p.judged.movie);
    rs_free(report->runtime, p.judged.value);
    return status;
}

void rs_breakdowns_free(recsys_report *report)
{
    for (size_t i = 0; i < report->breakdowns; i++) {
        rs_breakdown *b = &report->breakdown[i];
        for (size_t g = 0; g < b->groups; g++) rs_free(report->runtime, b->group[g].name);
        rs_free(report->runtime, b->by);
    }
    rs_free(report->runtime, report->breakdown);
}

/* ---- JSON ------------------------------------------------------------------------ */

static void put_group(rs_text *text, const recsys_report *report, const rs_group *group)
{
    rs_text_add(text, "{\"name\":");
    rs_json_put_string(text, group->name, strlen(group->name));
    rs_text_printf(text, ",\"users\":%zu,\"relevant\":%llu,", group->users,
                   (unsigned long long)group->relevant);
    rs_report_put_means(text, report, group->metrics, RS_USER_METRICS);
    rs_text_add(text, ",\"intervals\":");
    rs_put_bounds(text, group->low, group->high, RS_USER_METRICS);
    rs_text_add(text, "}");
}

void rs_breakdowns_put(rs_text *text, const recsys_report *report)
{
    rs_text_add(text, "\"breakdowns\":[");
    for (size_t i = 0; i < report->breakdowns; i++) {
        const rs_breakdown *b = &report->breakdown[i];
        rs_text_add(text, i > 0 ? ",{\"by\":" : "{\"by\":");
        rs_json_put_string(text, b->by, strlen(b->by));
        if (b->why != NULL) rs_text_printf(text, ",\"why\":\"%s\"", b->why);
        rs_text_add(text, ",\"groups\":[");
        for (size_t g = 0; g < b->groups; g++) {
            if (g > 0) rs_text_add(text, ",");
            put_group(text, report, &b->group[g]);
        }
        rs_text_add(text, "]}");
    }
    rs_text_add(text, "]");
}
