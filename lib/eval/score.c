#include "eval/score.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "base/text.h"

/* ---- what a judgement is worth --------------------------------------------------- */

/* Of one movie for the user at hand. */
typedef struct worth {
    uint32_t user; /* 1 + whose it is: those of other users are not cleared */
    int relevant;
    double gain;
} worth;

typedef struct scorer {
    const rs_entries *run, *judged;
    const rs_scoring *scoring;
    rs_scores *scores;
    worth *worth;      /* [movies] */
    double *discount;  /* [longest] by place */
    double *ideal;     /* [longest + 1] sum of the first discounts */
    rs_keyed *gain;    /* [largest] a user's gains, the largest first once sorted */
    rs_keyed *scratch; /* [largest] */
    uint64_t *lists;   /* [cuts][movies] lists that hold the movie */
    size_t longest;    /* the last cut-off */
    size_t movies, largest;
} scorer;

static double gain_of(const rs_scoring *s, double grade)
{
    switch (s->definition->gain) {
    case RS_GAIN_BINARY: return grade >= s->relevant_from;
    case RS_GAIN_LINEAR: return grade > 0 ? grade : 0;
    case RS_GAIN_EXP2: return grade > 0 ? exp2(grade) - 1 : 0;
    case RS_GAIN_EXP2_THRESHOLD:
        return grade >= s->relevant_from ? exp2(grade - s->relevant_from + 1) - 1 : 0;
    }
    return 0;
}

/* The user's judgements into `worth`, their gains into `gain`. */
static void judge(const scorer *s, size_t user, size_t *relevant, size_t *gains)
{
    *relevant = *gains = 0;
    for (uint64_t i = s->judged->ptr[user]; i < s->judged->ptr[user + 1]; i++) {
        double grade = s->judged->value[i], gain = gain_of(s->scoring, grade);
        int is_relevant = grade >= s->scoring->relevant_from;
        s->worth[s->judged->movie[i]] = (worth){(uint32_t)user + 1, is_relevant, gain};
        *relevant += (size_t)is_relevant;
        if (gain > 0) s->gain[(*gains)++] = (rs_keyed){rs_falling(gain), i};
    }
}

/* ---- one list -------------------------------------------------------------------- */

/* Places that are level, one place for the most part. Where level entries are averaged over,
 * everything at these places is what is expected if all their orders are equally likely
 * (McSherry & Najork 2008). */
typedef struct group {
    size_t begin, end, relevant; /* relevant: how many of its entries */
    double gain;                 /* mean of its entries' */
    double hits;                 /* before it */
} group;

typedef struct walk {
    const uint32_t *list, *level; /* level: NULL where the order counts */
    uint32_t user;
    size_t length, relevant, gains; /* of the list, of the judgements */
    size_t place;                   /* places looked at */
    group group;                    /* of the last one of them */
    double hits, missed, first;     /* missed: probability of no hit; first: 1 / its rank */
    double gained, at_hits, at_all; /* discounted gains; precisions at hits, at each place */
    double best;                    /* the ideal's discounted gains so far */
    double auc;
    size_t best_places;
} walk;

/* The group that begins at the walk's place. */
static void begin_group(const scorer *s, walk *w)
{
    size_t begin = w->place, end = begin, relevant = 0;
    double gain = 0;
    do {
        const worth *found = &s->worth[w->list[end++]];
        if (found->user != w->user + 1) continue;
        relevant += (size_t)found->relevant;
        gain += found->gain;
    } while (w->level != NULL && end < w->length && w->level[end] == w->level[begin]);
    if (end > begin + 1) gain /= (double)(end - begin);
    w->group = (group){begin, end, relevant, gain, w->hits};
}

/* One place of a group with relevant entries. A relevant one at the group's place i (from 0) of
 * m has r - 1 others of m - 1 to share the i places before it; and if none of these was
 * relevant, r of m - i are left for this place. */
static void step_hits(walk *w)
{
    const group *g = &w->group;
    double size = (double)(g->end - g->begin), at = (double)(w->place - g->begin);
    double rank = (double)(w->place + 1), relevant = (double)g->relevant;
    double others = size > 1 ? at * (relevant - 1) / (size - 1) : 0;
    double hit = fmin(relevant / (size - at), 1);
    w->hits = g->hits + (at + 1) * relevant / size;
    w->at_hits += relevant / size * (g->hits + 1 + others) / rank;
    w->first += w->missed * hit / rank;
    w->missed *= 1 - hit;
}

static void walk_to(const scorer *s, walk *w, size_t k)
{
    for (; w->place < k; w->place++) {
        if (w->place < w->length) {
            if (w->place >= w->group.end) begin_group(s, w);
            if (w->group.gain > 0) w->gained += w->group.gain * s->discount[w->place];
            if (w->group.relevant > 0) step_hits(w);
        }
        if (w->hits > 0) w->at_all += w->hits / (double)(w->place + 1);
    }
}

/* Discounted gains of the best list there can be at this cut-off. */
static double ideal_at(const scorer *s, walk *w, size_t k)
{
    const rs_definition *d = s->scoring->definition;
    size_t places = d->ideal == RS_IDEAL_ALL || w->gains < k ? w->gains : k;
    if (d->ideal == RS_IDEAL_K) return s->ideal[k];
    if (d->gain == RS_GAIN_BINARY) return s->ideal[places];
    for (; w->best_places < places; w->best_places++)
        w->best += rs_fallen(s->gain[w->best_places].key) * s->discount[w->best_places];
    return w->best;
}

static double share_of(rs_share_of of, const walk *w, size_t k)
{
    size_t list = w->length < k ? w->length : k;
    switch (of) {
    case RS_OF_K: return (double)k;
    case RS_OF_LIST: return (double)list;
    case RS_OF_RELEVANT: return (double)w->relevant;
    case RS_OF_ACHIEVABLE: return (double)(w->relevant < k ? w->relevant : k);
    case RS_OF_LIST_OR_RELEVANT: return (double)(w->relevant < list ? w->relevant : list);
    }
    return 0;
}

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

/* Is the metric's mean over this user too? */
static int is_counted(const rs_definition *d, const walk *w, size_t metric)
{
    if (w->relevant == 0 && d->no_relevant == RS_WITHOUT_PRECISION &&
        metric != RS_METRIC_PRECISION)
        return 0;
    if (w->length > 0 || d->crowd == RS_CROWD_JUDGED || d->crowd == RS_CROWD_COMPLETE) return 1;
    return d->crowd == RS_CROWD_LISTED_BUT_NDCG && metric == RS_METRIC_NDCG;
}

static void conclude(const scorer *s, walk *w, size_t k, double value[RS_USER_METRICS])
{
    const rs_definition *d = s->scoring->definition;
    double ideal = ideal_at(s, w, k);
    double p = share(w->hits, share_of(d->precision_of, w, k));
    double r = share(w->hits, share_of(d->recall_of, w, k));
    value[RS_METRIC_PRECISION] = p;
    value[RS_METRIC_RECALL] = r;
    value[RS_METRIC_F1] = p + r > 0 ? 2 * p * r / (p + r) : 0;
    value[RS_METRIC_NDCG] = ideal > 0 ? w->gained / ideal : 0;
    value[RS_METRIC_HIT_RATE] = d->hits == RS_HIT_COUNT ? w->hits : 1 - w->missed;
    value[RS_METRIC_MAP] = d->average == RS_MEAN_PRECISION
                               ? w->at_all / (double)k
                               : share(w->at_hits, share_of(d->map_of, w, k));
    value[RS_METRIC_MRR] = w->first;
    value[RS_METRIC_AUC] = w->auc;
    for (size_t m = 0; m < RS_USER_METRICS; m++)
        if (!is_counted(d, w, m)) value[m] = (double)NAN;
}

static void score_user(const scorer *s, size_t user, size_t relevant, size_t gains,
                       double *value)
{
    size_t length = rs_entries_of(s->run, user);
    const uint32_t *list = length > 0 ? s->run->movie + s->run->ptr[user] : NULL;
    const double *auc = s->scoring->auc;
    walk w = {.list = list, .user = (uint32_t)user, .length = length, .missed = 1};
    w.relevant = relevant;
    w.gains = gains;
    if (s->scoring->definition->ties == RS_TIES_AVERAGE && s->run->level != NULL && length > 0)
        w.level = s->run->level + s->run->ptr[user];
    w.auc = auc != NULL ? auc[user] : (double)NAN;
    if (s->scoring->definition->gain != RS_GAIN_BINARY)
        rs_sort_keyed(s->gain, s->scratch, gains);
    for (size_t c = 0; c < s->scoring->cuts; c++) {
        size_t k = s->scoring->k[c];
        for (size_t at = w.place; at < length && at < k; at++)
            for (size_t later = c; later < s->scoring->cuts; later++)
                s->lists[later * s->movies + list[at]]++;
        walk_to(s, &w, k);
        conclude(s, &w, k, value + c * RS_USER_METRICS);
    }
}

/* ---- all users ------------------------------------------------------------------- */

static void score_users(scorer *s)
{
    const rs_definition *d = s->scoring->definition;
    rs_scores *o = s->scores;
    for (size_t user = 0; user < s->judged->users; user++) {
        size_t relevant, gains;
        if (rs_entries_of(s->judged, user) == 0) continue;
        judge(s, user, &relevant, &gains);
        o->judged++;
        o->no_relevant += relevant == 0;
        if (relevant == 0 && d->no_relevant == RS_WITHOUT_SKIP) continue;
        o->relevant += relevant;
        o->no_list += rs_entries_of(s->run, user) == 0;
        o->user[o->users] = (uint32_t)user;
        score_user(s, user, relevant, gains, o->value + o->users * o->cuts * RS_USER_METRICS);
        o->users++;
    }
}

/* Means over the users who have a value. */
static void find_means(const rs_scores *o, size_t cut, double mean[RS_USER_METRICS])
{
    double sum[RS_USER_METRICS] = {0};
    size_t count[RS_USER_METRICS] = {0};
    for (size_t i = 0; i < o->users; i++) {
        const double *value = o->value + (i * o->cuts + cut) * RS_USER_METRICS;
        for (size_t m = 0; m < RS_USER_METRICS; m++) {
            if (isnan(value[m])) continue;
            sum[m] += value[m];
            count[m]++;
        }
    }
    for (size_t m = 0; m < RS_USER_METRICS; m++)
        mean[m] = count[m] > 0 ? sum[m] / (double)count[m] : (double)NAN;
}

static void sum_up(const scorer *s)
{
    rs_scores *o = s->scores;
    for (size_t c = 0; c < o->cuts; c++) {
        double *mean = o->mean + c * RS_USER_METRICS;
        const uint64_t *lists = s->lists + c * s->movies;
        find_means(o, c, mean);
        double both = mean[RS_METRIC_PRECISION] + mean[RS_METRIC_RECALL];
        if (s->scoring->definition->f1 == RS_F1_OF_MEANS && !isnan(both))
            mean[RS_METRIC_F1] =
                both > 0 ? 2 * mean[RS_METRIC_PRECISION] * mean[RS_METRIC_RECALL] / both : 0;
        for (size_t i = 0; i < s->movies; i++) o->listed[c] += lists[i] > 0;
        o->diversity[c] = rs_diversity(lists, s->movies, o->users, s->scoring->k[c]);
    }
}

/* ---- the whole ------------------------------------------------------------------- */

static int make_scores(rs_scores *o, size_t users, size_t cuts)
{
    size_t cells;
    if (!rs_mul(users, cuts * RS_USER_METRICS, &cells)) return 0;
    o->cuts = cuts;
    o->user = rs_array(o->runtime, users, sizeof *o->user);
    o->value = rs_array(o->runtime, cells, sizeof *o->value);
    o->mean = rs_array(o->runtime, cuts * RS_USER_METRICS, sizeof *o->mean);
    o->diversity = rs_array(o->runtime, cuts, sizeof *o->diversity);
    o->listed = rs_array_zero(o->runtime, cuts, sizeof *o->listed);
    return o->user != NULL && o->value != NULL && o->mean != NULL && o->diversity != NULL &&
           o->listed != NULL;
}

static int make_scorer(scorer *s, recsys_runtime *r)
{
    size_t places = s->longest > s->largest ? s->longest : s->largest, sums;
    if (!rs_add(places, 1, &sums)) return 0;
    s->worth = rs_array_zero(r, s->movies, sizeof *s->worth);
    s->discount = rs_array(r, places, sizeof *s->discount);
    s->ideal = rs_array(r, sums, sizeof *s->ideal);
    s->gain = rs_array(r, s->largest, sizeof *s->gain);
    s->scratch = rs_array(r, s->largest, sizeof *s->scratch);
    s->lists = rs_array_zero(r, s->movies, s->scoring->cuts * sizeof *s->lists);
    if (s->worth == NULL || s->discount == NULL || s->ideal == NULL || s->gain == NULL ||
        s->scratch == NULL || s->lists == NULL)
        return 0;
    int from_2 = s->scoring->definition->discount == RS_DISCOUNT_LOG2_FROM_2;
    s->ideal[0] = 0;
    for (size_t place = 0; place < places; place++) {
        double rank = (double)place + 1;
        s->discount[place] = 1 / log2(from_2 ? fmax(rank, 2) : rank + 1);
        s->ideal[place + 1] = s->ideal[place] + s->discount[place];
    }
    return 1;
}

recsys_status rs_score_lists(rs_scores *scores, const rs_entries *run, const rs_entries *judged,
                             size_t users, size_t movies, const rs_scoring *scoring,
                             recsys_error *err)
{
    recsys_runtime *r = judged->runtime;
    scorer s = {run,    judged,           scoring,
                scores, .movies = movies, .largest = rs_entries_largest(judged)};
    *scores = (rs_scores){.runtime = r};
    s.longest = scoring->k[scoring->cuts - 1];
    int fine = make_scores(scores, judged->users, scoring->cuts) && make_scorer(&s, r);
    if (fine) {
        score_users(&s);
        sum_up(&s);
        for (size_t u = 0; u < users; u++)
            scores->strangers += rs_entries_of(run, u) > 0 && rs_entries_of(judged, u) == 0;
    }
    rs_free(r, s.worth);
    rs_free(r, s.discount);
    rs_free(r, s.ideal);
    rs_free(r, s.gain);
    rs_free(r, s.scratch);
    rs_free(r, s.lists);
    if (!fine) return rs_fail_memory(err, "evaluation");
    if (scoring->definition->crowd == RS_CROWD_COMPLETE && scores->no_list > 0)
        return rs_fail(err, RECSYS_E_INVALID,
                       "evaluation: %zu of %zu users have no list, and "
                       "evaluation.definition.users is complete",
                       scores->no_list, scores->users);
    if (scores->relevant > 0) return RECSYS_OK;
    char from[32];
    rs_format_real(from, scoring->relevant_from);
    return rs_fail(err, RECSYS_E_EMPTY,
                   "evaluation: none of %zu users has a relevant movie: relevant is from grade "
                   "%s on",
                   scores->judged, from);
}

void rs_scores_free(rs_scores *scores)
{
    rs_free(scores->runtime, scores->user);
    rs_free(scores->runtime, scores->value);
    rs_free(scores->runtime, scores->mean);
    rs_free(scores->runtime, scores->diversity);
    rs_free(scores->runtime, scores->listed);
    *scores = (rs_scores){.runtime = scores->runtime};
}
