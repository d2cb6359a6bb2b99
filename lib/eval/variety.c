#include "eval/variety.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/order.h"
#include "eval/tail.h"

static const uint64_t MOST_PAIRS = UINT64_C(1) << 31; /* meetings looked at one by one */
enum { DRAWN_PAIRS = 1000000 };                       /* where that would be more */

typedef struct list {
    const uint32_t *movie;
    size_t size;
} list;

static list list_of(const rs_variety *v, size_t i, size_t k)
{
    size_t size = rs_entries_of(v->lists, v->user[i]);
    if (size == 0) return (list){NULL, 0};
    return (list){v->lists->movie + v->lists->ptr[v->user[i]], size < k ? size : k};
}

static double mean_or_nan(double sum, size_t count)
{
    return count > 0 ? sum / (double)count : (double)NAN;
}

/* ---- from the counts ------------------------------------------------------------- */

/* Returns the places of all lists; *with_list: the users who have one. */
static uint64_t count_lists(rs_variety *v, size_t k, size_t *with_list)
{
    uint64_t places = 0;
    *with_list = 0;
    memset(v->count, 0, v->movies * sizeof *v->count);
    for (size_t i = 0; i < v->users; i++) {
        list l = list_of(v, i, k);
        for (size_t at = 0; at < l.size; at++) v->count[l.movie[at]]++;
        places += l.size;
        *with_list += l.size > 0;
    }
    return places;
}

/* Movies that nobody was shown are the first ones, with 0. */
static double gini(const rs_variety *v, size_t movies, uint64_t places)
{
    double sum = 0;
    size_t listed = 0;
    if (movies == 0 || places == 0) return (double)NAN;
    for (size_t i = 0; i < v->movies; i++)
        if (v->count[i] > 0) v->sorted[listed++] = (rs_keyed){v->count[i], i};
    rs_sort_keyed(v->sorted, v->sorted + v->movies, listed);
    if (listed > movies) movies = listed; /* lists of movies that nobody has heard of */
    for (size_t i = 0; i < listed; i++) {
        double rank = (double)(movies - listed + i + 1);
        sum += (2 * rank - (double)movies - 1) * (double)v->sorted[i].key;
    }
    if (v->definition->gini == RS_GINI_INDEX) return sum / ((double)movies * (double)places);
    return movies > 1 ? 1 - sum / ((double)(movies - 1) * (double)places) : (double)NAN;
}

static double entropy(const rs_variety *v, uint64_t places)
{
    double bits = 0;
    size_t listed = 0;
    if (places == 0) return (double)NAN;
    for (size_t i = 0; i < v->movies; i++) {
        double p = (double)v->count[i] / (double)places;
        if (p > 0) bits -= p * log2(p);
        listed += p > 0;
    }
    return v->definition->entropy == RS_ENTROPY_BITS ? bits : bits * log(2) / (double)listed;
}

/* ---- between users --------------------------------------------------------------- */

static double diversity_cosine(rs_variety *v, size_t k)
{
    double all = 0, same = 0, users = (double)v->users;
    if (v->users < 2) return (double)NAN;
    memset(v->sum, 0, v->movies * sizeof *v->sum);
    for (size_t i = 0; i < v->users; i++) {
        list l = list_of(v, i, k);
        double each = l.size > 0 ? 1 / sqrt((double)l.size) : 0;
        for (size_t at = 0; at < l.size; at++) v->sum[l.movie[at]] += each;
        same += l.size > 0;
    }
    for (size_t i = 0; i < v->movies; i++) all += v->sum[i] * v->sum[i];
    return fmin(fmax(1 - (all - same) / (users * (users - 1)), 0), 1);
}

/* Common movies of the marked user and another one. */
static size_t common(const rs_variety *v, uint32_t marked, list other)
{
    size_t count = 0;
    for (size_t at = 0; at < other.size; at++) count += v->mark[other.movie[at]] == marked;
    return count;
}

static double overlap(size_t both, size_t a, size_t b)
{
    return both > 0 ? (double)both / (double)(a + b - both) : 0;
}

static double jaccard_all(rs_variety *v, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < v->users; i++) {
        list l = list_of(v, i, k);
        for (size_t at = 0; at < l.size; at++) v->mark[l.movie[at]] = (uint32_t)i + 1;
        for (size_t j = 0; j < i; j++) {
            list other = list_of(v, j, k);
            sum += overlap(common(v, (uint32_t)i + 1, other), l.size, other.size);
        }
    }
    return sum / ((double)v->users * (double)(v->users - 1) / 2);
}

static double jaccard_drawn(rs_variety *v, size_t k, size_t pairs)
{
    double sum = 0;
    uint64_t users = v->users;
    for (uint64_t pair = 0; pair < pairs; pair++) {
        uint64_t random = rs_mix64(v->seed + (pair + 1) * UINT64_C(0x9e3779b97f4a7c15));
        size_t i = (size_t)((random >> 32) * users >> 32);
        size_t j = (size_t)((random & UINT32_MAX) * (users - 1) >> 32);
        list l = list_of(v, i, k), other = list_of(v, j + (j >= i), k);
        for (size_t at = 0; at < l.size; at++) v->mark[l.movie[at]] = (uint32_t)pair + 1;
        sum += overlap(common(v, (uint32_t)pair + 1, other), l.size, other.size);
    }
    return sum / (double)pairs;
}

static double diversity_jaccard(rs_variety *v, size_t k, uint64_t places)
{
    if (v->users < 2) return (double)NAN;
    memset(v->mark, 0, v->movies * sizeof *v->mark);
    size_t drawn = v->pair_sample;
    if (drawn == 0 && places > MOST_PAIRS / v->users) drawn = DRAWN_PAIRS;
    if (drawn > 0) v->drawn_pairs = drawn;
    return 1 - (drawn == 0 ? jaccard_all(v, k) : jaccard_drawn(v, k, drawn));
}

/* ---- beside the training data ---------------------------------------------------- */

static double share_of_raters(const rs_variety *v, size_t movie)
{
    return (double)v->evidence->raters[movie] / (double)v->evidence->train_users;
}

/* Mean over the users who have a value. */
static double mean_each(const rs_variety *v, size_t what)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < v->users; i++) {
        double value = v->each[i * RS_EACH + what];
        if (isnan(value)) continue;
        sum += value;
        count++;
    }
    return mean_or_nan(sum, count);
}

static double novelty(rs_variety *v, size_t k)
{
    double least = 1 / (double)v->evidence->train_users;
    for (size_t i = 0; i < v->users; i++) {
        list l = list_of(v, i, k);
        double of_list = 0;
        for (size_t at = 0; at < l.size; at++)
            of_list -= log2(fmax(share_of_raters(v, l.movie[at]), least));
        v->each[i * RS_EACH + RS_EACH_NOVELTY] = mean_or_nan(of_list, l.size);
    }
    return mean_each(v, RS_EACH_NOVELTY);
}

static double mean_share(const rs_variety *v, const uint32_t *movie, size_t size)
{
    double sum = 0;
    for (size_t at = 0; at < size; at++) sum += share_of_raters(v, movie[at]);
    return sum / (double)size;
}

static double popularity_bias(const rs_variety *v, size_t k)
{
    const rs_evidence *e = v->evidence;
    double lists = 0, profiles = 0;
    for (size_t i = 0; i < v->users; i++) {
        list l = list_of(v, i, k);
        uint64_t first = e->profile_ptr[v->user[i]];
        size_t rated = (size_t)(e->profile_ptr[v->user[i] + 1] - first);
        if (l.size == 0 || rated == 0) continue;
        lists += mean_share(v, l.movie, l.size);
        profiles += mean_share(v, e->profile_movie + first, rated);
    }
    return profiles > 0 ? (lists - profiles) / profiles : (double)NAN;
}

static double tail_share(const rs_variety *v, uint64_t places)
{
    uint64_t tail = 0;
    for (size_t i = 0; i < v->movies; i++)
        if (v->group[i] == RS_TAIL) tail += v->count[i];
    return places > 0 ? (double)tail / (double)places : (double)NAN;
}

/* Marks the user's relevant movies with 1 + i. */
static void mark_relevant(const rs_variety *v, size_t i)
{
    uint32_t user = v->user[i];
    for (uint64_t at = v->judged->ptr[user]; at < v->judged->ptr[user + 1]; at++)
        if (v->judged->value[at] >= v->relevant_from)
            v->mark[v->judged->movie[at]] = (uint32_t)i + 1;
}

/* How much likelier the movie is at this place than by its popularity. */
static double surprise(const rs_variety *v, uint32_t movie, size_t place)
{
    double movies = (double)v->evidence->catalogue, by_raters = 0;
    if (v->rank[movie] > 0) by_raters = movies + 1 - (double)v->rank[movie];
    return fmax(0, (movies - (double)place - by_raters) / movies);
}

static double serendipity(rs_variety *v, size_t k)
{
    memset(v->mark, 0, v->movies * sizeof *v->mark);
    for (size_t i = 0; i < v->users; i++) {
        list l = list_of(v, i, k);
        double of_list = 0;
        mark_relevant(v, i);
        for (size_t at = 0; at < l.size; at++)
            if (v->mark[l.movie[at]] == i + 1) of_list += surprise(v, l.movie[at], at);
        v->each[i * RS_EACH + RS_EACH_SERENDIPITY] = mean_or_nan(of_list, l.size);
    }
    return mean_each(v, RS_EACH_SERENDIPITY);
}

/* ---- within a list --------------------------------------------------------------- */

/* Mean cosine of the genres of all pairs in a list: with x a movie's genres, scaled to length 1
 * (or 0 without any), it is (|sum x|^2 - sum |x|^2) / (n (n - 1)). */
static double alike(const rs_variety *v, list l)
{
    const rs_evidence *e = v->evidence;
    double all = 0, same = 0, n = (double)l.size;
    for (size_t at = 0; at < l.size; at++) {
        uint64_t first = e->category_ptr[l.movie[at]], end = e->category_ptr[l.movie[at] + 1];
        double each = end > first ? 1 / sqrt((double)(end - first)) : 0;
        for (uint64_t i = first; i < end; i++) v->genre[e->category[i]] += each;
        same += end > first;
    }
    for (size_t genre = 0; genre < e->categories; genre++) {
        all += v->genre[genre] * v->genre[genre];
        v->genre[genre] = 0;
    }
    return (all - same) / (n * (n - 1));
}

static double intra_list(rs_variety *v, size_t k)
{
    for (size_t i = 0; i < v->users; i++) {
        list l = list_of(v, i, k);
        v->each[i * RS_EACH + RS_EACH_ILD] = l.size > 1 ? 1 - alike(v, l) : (double)NAN;
    }
    return mean_each(v, RS_EACH_ILD);
}

size_t rs_each_metric(size_t what)
{
    static const size_t metrics[RS_EACH] = {RS_METRIC_NOVELTY, RS_METRIC_ILD,
                                            RS_METRIC_SERENDIPITY};
    return metrics[what];
}

/* ---- the whole ------------------------------------------------------------------- */

/* Movies with as many raters share a rank; those without any have none. */
static void rank_by_raters(rs_variety *v)
{
    const rs_evidence *e = v->evidence;
    uint64_t before = 0;
    uint32_t rank = 0;
    for (size_t i = 0; i < v->movies; i++) {
        uint64_t raters = e->raters[e->popular[i]];
        rank += raters != before;
        v->rank[e->popular[i]] = raters > 0 ? rank : 0;
        before = raters;
    }
}

recsys_status rs_variety_begin(rs_variety *v, recsys_error *err)
{
    recsys_runtime *r = v->runtime;
    v->count = rs_array(r, v->movies, sizeof *v->count);
    v->mark = rs_array(r, v->movies, sizeof *v->mark);
    v->sum = rs_array(r, v->movies, sizeof *v->sum);
    v->sorted = rs_array(r, v->movies, 2 * sizeof *v->sorted);
    v->each = rs_array(r, v->users, RS_EACH * sizeof *v->each);
    v->genre = rs_array_zero(r, v->evidence->categories, sizeof *v->genre);
    int fine = v->count != NULL && v->mark != NULL && v->sum != NULL && v->sorted != NULL &&
               v->each != NULL && v->genre != NULL;
    for (size_t i = 0; fine && i < v->users * RS_EACH; i++) v->each[i] = (double)NAN;
    if (fine && v->evidence->train_users > 0) {
        v->rank = rs_array(r, v->movies, sizeof *v->rank);
        v->group = rs_array(r, v->movies, 1);
        fine = v->rank != NULL && v->group != NULL;
    }
    if (!fine) return rs_fail_memory(err, "recsys_evaluate");
    if (v->rank == NULL) return RECSYS_OK;
    rank_by_raters(v);
    rs_popularity_groups(v->group, v->evidence->popular, v->evidence->raters, v->movies);
    return RECSYS_OK;
}

void rs_variety_measure(rs_variety *v, size_t k, double *metrics)
{
    size_t with_list;
    uint64_t places = count_lists(v, k, &with_list);
    const rs_evidence *e = v->evidence;
    metrics[RS_METRIC_USER_COVERAGE] = mean_or_nan((double)with_list, v->users);
    metrics[RS_METRIC_DIVERSITY_COSINE] = diversity_cosine(v, k);
    if (v->pairs) metrics[RS_METRIC_DIVERSITY_JACCARD] = diversity_jaccard(v, k, places);
    metrics[RS_METRIC_ENTROPY] = entropy(v, places);
    if (e->catalogue > 0) metrics[RS_METRIC_GINI] = gini(v, e->catalogue, places);
    if (e->category_ptr != NULL) metrics[RS_METRIC_ILD] = intra_list(v, k);
    if (e->train_users == 0) return;
    metrics[RS_METRIC_NOVELTY] = novelty(v, k);
    metrics[RS_METRIC_POPULARITY_BIAS] = popularity_bias(v, k);
    metrics[RS_METRIC_TAIL] = tail_share(v, places);
    metrics[RS_METRIC_SERENDIPITY] = serendipity(v, k);
}

/* ---- exposure -------------------------------------------------------------------- */

/* Half of the points lie within the first tenth of the movies, where most happens. */
static double share_at(size_t point)
{
    const size_t half = (RS_EXPOSURE_POINTS - 1) / 2;
    double at = (double)point / (double)half;
    return point <= half ? at * 0.1 : 0.1 + (at - 1) * 0.9;
}

void rs_variety_expose(rs_variety *v, size_t k, rs_exposure *exposure)
{
    size_t with_list, movies = v->evidence->catalogue, at = 0;
    uint64_t places = count_lists(v, k, &with_list), ratings = 0, seen = 0, rated = 0;
    size_t ends[RS_POPULARITY_GROUPS] = {0};
    const uint32_t *popular = v->evidence->popular;
    if (v->rank == NULL || places == 0 || movies == 0 || movies > v->movies) return;
    for (size_t i = 0; i < v->movies; i++) {
        ratings += v->evidence->raters[i];
        ends[v->group[i]]++;
    }
    for (size_t point = 0; point < RS_EXPOSURE_POINTS; point++) {
        size_t end = (size_t)(share_at(point) * (double)movies + 0.5);
        for (; at < end; at++) {
            seen += v->count[popular[at]];
            rated += v->evidence->raters[popular[at]];
        }
        exposure->movies[point] = (double)end / (double)movies;
        exposure->lists[point] = (double)seen / (double)places;
        exposure->training[point] = (double)rated / (double)ratings;
    }
    exposure->head = (double)ends[RS_HEAD] / (double)movies;
    exposure->middle = (double)(ends[RS_HEAD] + ends[RS_MIDDLE]) / (double)movies;
    exposure->known = 1;
}

void rs_variety_free(rs_variety *v)
{
    rs_free(v->runtime, v->count);
    rs_free(v->runtime, v->mark);
    rs_free(v->runtime, v->sum);
    rs_free(v->runtime, v->each);
    rs_free(v->runtime, v->genre);
    rs_free(v->runtime, v->sorted);
    rs_free(v->runtime, v->rank);
    rs_free(v->runtime, v->group);
}
