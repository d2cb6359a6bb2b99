/* Term by term through an inverted index, the rarest term first, into a sparse accumulator.
 * What the terms still to come can add is bounded, so the long lists of frequent words, which
 * decide little, are mostly not walked: once the n-th best sum so far is above that bound no
 * new movie can get into the list, and once few enough movies are within reach of it, their
 * exact cosines are computed instead. */
#include "models/similar.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/heap.h"

enum { CHUNK = 32, BINS = 1024 };
static const char stage[] = "similar movies";

/* Above any error of rounding in sums that are at most 1. */
static const double slack = 1e-6;

typedef struct candidate {
    float similarity;
    uint32_t movie;
} candidate;

/* The movies that have each term, for terms that at least two movies have. */
typedef struct postings {
    uint64_t *ptr;   /* [terms + 1] */
    uint32_t *movie; /* ascending in each term */
    float *weight;
    float *heaviest; /* [terms] */
} postings;

/* What one thread works with. */
typedef struct scratch {
    double *sum;       /* [movies] all zero between movies */
    uint32_t *touched; /* [movies + 1] whose sum is not zero */
    size_t count;      /* of them */
    float *weight;     /* [terms] of the movie at work, else zero */
    rs_keyed *order;   /* [2 * longest] its terms, the rarest first */
    double *bound;     /* [longest + 1] what the terms from there on can add */
    rs_heap best;      /* of the most similar so far */
} scratch;

/* Lists of CHUNK movies, one after the other. */
typedef struct chunk {
    candidate *items;
    size_t count[CHUNK];
} chunk;

typedef struct finding {
    const rs_terms *terms;
    recsys_runtime *runtime;
    size_t movies, most;
    size_t longest, usual; /* terms of one movie */
    postings index;
    scratch *threads;
    size_t thread_count;
    chunk *chunks;
    size_t chunk_count;
} finding;

/* ---- inverted index -------------------------------------------------------------- */

/* Where each term's movies begin; a term of a single movie makes nothing similar and is left
 * out. */
static void count_postings(const rs_terms *terms, size_t entries, uint64_t *ptr)
{
    memset(ptr, 0, (terms->count + 1) * sizeof *ptr);
    for (size_t i = 0; i < entries; i++)
        if (terms->weight[i] > 0) ptr[terms->term[i] + 1]++;
    for (size_t t = 0; t < terms->count; t++)
        ptr[t + 1] = ptr[t] + (ptr[t + 1] > 1 ? ptr[t + 1] : 0);
}

static void fill_postings(const rs_terms *terms, size_t movies, postings *index, uint64_t *next)
{
    memcpy(next, index->ptr, terms->count * sizeof *next);
    for (size_t m = 0; m < movies; m++)
        for (uint64_t i = terms->ptr[m]; i < terms->ptr[m + 1]; i++) {
            uint32_t t = terms->term[i];
            float w = terms->weight[i];
            if (!(w > 0) || next[t] == index->ptr[t + 1]) continue;
            if (w > index->heaviest[t]) index->heaviest[t] = w;
            index->movie[next[t]] = (uint32_t)m;
            index->weight[next[t]++] = w;
        }
}

static recsys_status make_postings(finding *f, recsys_error *err)
{
    const rs_terms *terms = f->terms;
    postings *index = &f->index;
    uint64_t *next = rs_array(f->runtime, terms->count, sizeof *next);
    index->ptr = rs_array(f->runtime, terms->count + 1, sizeof *index->ptr);
    index->heaviest = rs_array_zero(f->runtime, terms->count, sizeof *index->heaviest);
    if (next != NULL && index->ptr != NULL && index->heaviest != NULL) {
        count_postings(terms, (size_t)terms->ptr[f->movies], index->ptr);
        size_t size = (size_t)index->ptr[terms->count];
        index->movie = rs_array(f->runtime, size, sizeof *index->movie);
        index->weight = rs_array(f->runtime, size, sizeof *index->weight);
    }
    int made = index->movie != NULL && index->weight != NULL;
    if (made) fill_postings(terms, f->movies, index, next);
    rs_free(f->runtime, next);
    return made ? RECSYS_OK : rs_fail_memory(err, stage);
}

/* ---- one movie ------------------------------------------------------------------- */

/* The movie's shared terms, the rarest first, and what the terms from each on can add at
 * most: by Cauchy and Schwarz, and by the heaviest weights. Returns their number. */
static size_t order_terms(const finding *f, scratch *s, size_t movie)
{
    const rs_terms *terms = f->terms;
    size_t count = 0;
    for (uint64_t i = terms->ptr[movie]; i < terms->ptr[movie + 1]; i++) {
        uint32_t t = terms->term[i];
        uint64_t having = f->index.ptr[t + 1] - f->index.ptr[t];
        if (having > 0 && terms->weight[i] > 0) s->order[count++] = (rs_keyed){having, i};
    }
    rs_sort_keyed(s->order, s->order + count, count);
    double square = 0, heaviest = 0;
    s->bound[count] = 0;
    for (size_t k = count; k-- > 0;) {
        double w = terms->weight[s->order[k].value];
        square += w * w;
        heaviest += w * (double)f->index.heaviest[terms->term[s->order[k].value]];
        s->bound[k] = sqrt(square) < heaviest ? sqrt(square) : heaviest;
    }
    return count;
}

/* How far the sums of one movie have come. */
typedef struct progress_made {
    double least; /* a movie whose sum is below this cannot get into the list any more */
    double rest;  /* what a sum can still gain */
    size_t left;  /* movies that can get into the list */
} progress_made;

/* Look at all sums: cuts the n-th best of them off at 1/BINS below. */
static progress_made look(const scratch *s, size_t n, double rest)
{
    uint32_t bins[BINS] = {0};
    size_t above = 0, bin = BINS, first;
    for (size_t i = 0; i < s->count; i++) {
        size_t at = (size_t)(s->sum[s->touched[i]] * BINS);
        bins[at < BINS ? at : BINS - 1]++;
    }
    while (bin > 0 && above < n) above += bins[--bin];
    progress_made made = {(double)bin / BINS - rest - slack, rest, above};
    if (made.least <= 0) return (progress_made){made.least, rest, s->count};
    first = (size_t)(made.least * BINS);
    while (bin > first) made.left += bins[--bin];
    return made;
}

/* Add a term's products, which are above 0, so that a sum of 0 means "not touched". Neither
 * loop branches on that: what comes is not to be foreseen. */
static void walk(const postings *index, uint32_t term, double weight, scratch *s)
{
    size_t count = s->count;
    for (uint64_t i = index->ptr[term]; i < index->ptr[term + 1]; i++) {
        uint32_t movie = index->movie[i];
        double sum = s->sum[movie];
        s->touched[count] = movie;
        count += sum == 0;
        s->sum[movie] = sum + weight * (double)index->weight[i];
    }
    s->count = count;
}

/* The same for movies that are touched already. */
static void walk_touched(const postings *index, uint32_t term, double weight, scratch *s)
{
    for (uint64_t i = index->ptr[term]; i < index->ptr[term + 1]; i++) {
        uint32_t movie = index->movie[i];
        double sum = s->sum[movie], next = sum + weight * (double)index->weight[i];
        s->sum[movie] = sum == 0 ? 0 : next;
    }
}

/* Add up what decides. The movie itself is among those touched, and the best of them. */
static progress_made accumulate(const finding *f, scratch *s, size_t count)
{
    size_t enough = f->most + 1;
    for (size_t k = 0; k < count; k++) {
        const rs_keyed *next = &s->order[k];
        uint32_t term = f->terms->term[next->value];
        double weight = f->terms->weight[next->value];
        progress_made made = {0};
        /* Looking costs as much as a walk over the movies touched. */
        if (s->count >= enough && next->key >= s->count / 2)
            made = look(s, enough, s->bound[k]);
        if (made.least > 0 && made.left * f->usual <= next->key) return made;
        if (made.least > 0)
            walk_touched(&f->index, term, weight, s);
        else
            walk(&f->index, term, weight, s);
    }
    return look(s, enough, 0);
}

static double exact_cosine(const rs_terms *terms, const float *weight, size_t movie)
{
    double sum = 0;
    for (uint64_t i = terms->ptr[movie]; i < terms->ptr[movie + 1]; i++)
        sum += (double)weight[terms->term[i]] * (double)terms->weight[i];
    return sum < 1 ? sum : 1;
}

/* ---- the best of them ------------------------------------------------------------ */

/* 0 if a movie whose cosine is at most this cannot get in any more. */
static int may_enter(const scratch *s, double at_most)
{
    return !rs_heap_is_full(&s->best) || at_most + slack >= rs_fallen(s->best.items[0].key);
}

/* Empty the heap into `items`, the best first. */
static size_t drain(scratch *s, candidate *items)
{
    size_t count = rs_heap_sort(&s->best);
    for (size_t i = 0; i < count; i++)
        items[i] = (candidate){(float)rs_fallen(s->best.items[i].key),
                               (uint32_t)s->best.items[i].value};
    return count;
}

static size_t find_similar(const finding *f, scratch *s, size_t movie, candidate *items)
{
    const rs_terms *terms = f->terms;
    uint64_t from = terms->ptr[movie], to = terms->ptr[movie + 1];
    progress_made made = accumulate(f, s, order_terms(f, s, movie));
    for (uint64_t i = from; i < to; i++) s->weight[terms->term[i]] = terms->weight[i];
    for (size_t i = 0; i < s->count; i++) {
        uint32_t other = s->touched[i];
        if (other != movie && s->sum[other] >= made.least &&
            may_enter(s, s->sum[other] + made.rest)) {
            float similarity = (float)exact_cosine(terms, s->weight, other);
            if (similarity > 0)
                rs_heap_offer(&s->best, (rs_keyed){rs_falling((double)similarity), other});
        }
        s->sum[other] = 0;
    }
    for (uint64_t i = from; i < to; i++) s->weight[terms->term[i]] = 0;
    s->count = 0;
    return drain(s, items);
}

static recsys_status find_chunk(void *shared, size_t task, size_t thread, recsys_error *err)
{
    finding *f = shared;
    chunk *c = &f->chunks[task];
    size_t first = task * CHUNK, used = 0;
    size_t movies = f->movies - first < CHUNK ? f->movies - first : CHUNK;
    c->items = rs_array(f->runtime, f->most, movies * sizeof *c->items);
    if (c->items == NULL) return rs_fail_memory(err, stage);
    for (size_t i = 0; i < movies; i++) {
        c->count[i] = find_similar(f, &f->threads[thread], first + i, c->items + used);
        used += c->count[i];
    }
    candidate *fitted = rs_array_resize(f->runtime, c->items, used, sizeof *c->items);
    if (fitted == NULL) return rs_fail_memory(err, stage);
    c->items = fitted;
    return RECSYS_OK;
}

/* ---- all of them ----------------------------------------------------------------- */

static int make_scratch(const finding *f, scratch *s)
{
    s->sum = rs_array_zero(f->runtime, f->movies, sizeof *s->sum);
    s->touched = rs_array(f->runtime, f->movies + 1, sizeof *s->touched);
    s->weight = rs_array_zero(f->runtime, f->terms->count, sizeof *s->weight);
    s->order = rs_array(f->runtime, f->longest, 2 * sizeof *s->order);
    s->bound = rs_array(f->runtime, f->longest + 1, sizeof *s->bound);
    s->best = (rs_heap){.most = f->most};
    s->best.items = rs_array(f->runtime, f->most, sizeof *s->best.items);
    return s->sum != NULL && s->touched != NULL && s->weight != NULL && s->order != NULL &&
           s->bound != NULL && s->best.items != NULL;
}

static recsys_status make_room(finding *f, recsys_error *err)
{
    const uint64_t *ptr = f->terms->ptr;
    for (size_t i = 0; i < f->movies; i++)
        if (ptr[i + 1] - ptr[i] > f->longest) f->longest = (size_t)(ptr[i + 1] - ptr[i]);
    f->usual = f->movies > 0 ? (size_t)ptr[f->movies] / f->movies + 1 : 1;
    f->chunk_count = (f->movies + CHUNK - 1) / CHUNK;
    f->chunks = rs_array_zero(f->runtime, f->chunk_count, sizeof *f->chunks);
    f->thread_count = rs_parallel_threads(f->runtime, f->chunk_count);
    f->threads = rs_array_zero(f->runtime, f->thread_count, sizeof *f->threads);
    if (f->chunks == NULL || f->threads == NULL) return rs_fail_memory(err, stage);
    for (size_t i = 0; i < f->thread_count; i++)
        if (!make_scratch(f, &f->threads[i])) return rs_fail_memory(err, stage);
    return RECSYS_OK;
}

static void free_finding(finding *f)
{
    recsys_runtime *runtime = f->runtime;
    for (size_t i = 0; i < f->thread_count && f->threads != NULL; i++) {
        scratch *s = &f->threads[i];
        rs_free(runtime, s->sum);
        rs_free(runtime, s->touched);
        rs_free(runtime, s->weight);
        rs_free(runtime, s->order);
        rs_free(runtime, s->bound);
        rs_free(runtime, s->best.items);
    }
    for (size_t i = 0; i < f->chunk_count && f->chunks != NULL; i++)
        rs_free(runtime, f->chunks[i].items);
    rs_free(runtime, f->threads);
    rs_free(runtime, f->chunks);
    rs_free(runtime, f->index.ptr);
    rs_free(runtime, f->index.movie);
    rs_free(runtime, f->index.weight);
    rs_free(runtime, f->index.heaviest);
}

/* Lists one after the other; the arrays must have room for all. */
static void join_chunks(const finding *f, const uint64_t *ptr, uint32_t *movie,
                        float *similarity)
{
    for (size_t task = 0; task < f->chunk_count; task++) {
        size_t last = (task + 1) * CHUNK < f->movies ? (task + 1) * CHUNK : f->movies;
        const candidate *items = f->chunks[task].items;
        for (uint64_t i = ptr[task * CHUNK]; i < ptr[last]; i++, items++) {
            movie[i] = items->movie;
            similarity[i] = items->similarity;
        }
    }
}

static recsys_status add_parts(const finding *f, rs_container *into, recsys_error *err)
{
    recsys_runtime *runtime = f->runtime;
    uint32_t *movie = NULL;
    float *similarity = NULL;
    size_t count = 0;
    recsys_status status;
    uint64_t *ptr = rs_array(runtime, f->movies + 1, sizeof *ptr);
    if (ptr != NULL) {
        ptr[0] = 0;
        for (size_t i = 0; i < f->movies; i++)
            ptr[i + 1] = ptr[i] + f->chunks[i / CHUNK].count[i % CHUNK];
        count = (size_t)ptr[f->movies];
        movie = rs_array(runtime, count, sizeof *movie);
        similarity = rs_array(runtime, count, sizeof *similarity);
    }
    if (movie == NULL || similarity == NULL) {
        rs_free(runtime, ptr);
        rs_free(runtime, movie);
        rs_free(runtime, similarity);
        return rs_fail_memory(err, stage);
    }
    join_chunks(f, ptr, movie, similarity);
    status =
        rs_container_add(into, "content.ptr", 1, ptr, (f->movies + 1) * sizeof *ptr, ptr, err);
    if (status == RECSYS_OK) {
        status = rs_container_add(into, "content.movie", 1, movie, count * sizeof *movie, movie,
                                  err);
        movie = NULL;
    }
    if (status == RECSYS_OK) {
        status = rs_container_add(into, "content.similarity", 1, similarity,
                                  count * sizeof *similarity, similarity, err);
        similarity = NULL;
    }
    rs_free(runtime, movie);
    rs_free(runtime, similarity);
    return status;
}

recsys_status rs_similar_find(const rs_terms *terms, size_t movies, size_t most,
                              recsys_runtime *runtime, rs_container *into,
                              const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    finding f = {.terms = terms, .runtime = runtime, .movies = movies};
    f.most = most < movies ? most : movies;
    RS_TRY(make_postings(&f, err));
    RS_TRY(make_room(&f, err));
    RS_TRY(rs_parallel(runtime, f.chunk_count, find_chunk, &f, stage, progress, err));
    RS_TRY(add_parts(&f, into, err));
out:
    free_finding(&f);
    return status;
}
