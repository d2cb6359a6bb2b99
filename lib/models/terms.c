#include "models/terms.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/logarithm.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/order.h"
#include "models/tokens.h"
#include "models/vocabulary.h"

static const char stage[] = "terms";

/* How much one movie has of one term. */
typedef struct term_count {
    uint32_t term;
    double count; /* times the field's weight */
} term_count;

/* Terms of the movies so far: movie i has counts[ptr[i] .. ptr[i + 1]). */
typedef struct collection {
    recsys_runtime *runtime;
    rs_vocabulary words;
    term_count *counts;
    size_t size, capacity;
    uint64_t *ptr;
    uint32_t movie;      /* the one being read */
    rs_text lower, term; /* scratch */
    int failed;          /* out of memory */
} collection;

/* ---- collecting ------------------------------------------------------------------ */

static void add_count(collection *c, rs_term_entry *entry, double weight)
{
    if (entry->last == c->movie + 1) {
        c->counts[entry->at].count += weight;
        return;
    }
    if (!rs_reserve(c->runtime, &c->counts, &c->capacity, c->size + 1, sizeof *c->counts)) {
        c->failed = 1;
        return;
    }
    entry->last = c->movie + 1;
    entry->movies++;
    entry->at = c->size;
    c->counts[c->size++] = (term_count){(uint32_t)(entry - c->words.entries), weight};
}

static void add_term(collection *c, const char *field, const char *text, size_t size,
                     double weight)
{
    c->term.size = 0;
    rs_text_add(&c->term, field);
    rs_text_add_bytes(&c->term, text, size);
    if (c->term.failed || c->failed) {
        c->failed = 1;
        return;
    }
    rs_term_entry *entry = rs_vocabulary_add(&c->words, c->term.data, c->term.size);
    if (entry == NULL)
        c->failed = 1;
    else
        add_count(c, entry, weight);
}

/* text[size] in lower case, in the scratch buffer; NULL: out of memory. */
static const char *lowered(collection *c, const char *text, size_t size)
{
    c->lower.size = 0;
    rs_text_add(&c->lower, "");
    rs_lower(&c->lower, text, size);
    if (c->lower.failed) c->failed = 1;
    return c->failed ? NULL : c->lower.data;
}

/* One term per word that says something. */
static void add_words(collection *c, const char *field, const rs_column *column, double weight)
{
    const char *word, *at;
    size_t size;
    if (weight <= 0) return;
    at = lowered(c, rs_column_text(column, c->movie), rs_column_size(column, c->movie));
    if (at == NULL) return;
    const char *end = at + c->lower.size;
    while (rs_word_next(&at, end, &word, &size))
        if (!rs_is_stop_word(word, size)) add_term(c, field, word, size, weight);
}

/* One term per name of a list. */
static void add_names(collection *c, const char *field, const rs_column *column, double weight)
{
    const char *at = rs_column_text(column, c->movie), *name;
    size_t size;
    if (weight <= 0) return;
    while (rs_list_next(&at, &name, &size)) {
        const char *lower = lowered(c, name, size);
        if (lower == NULL) return;
        add_term(c, field, lower, c->lower.size, weight);
    }
}

static void add_decade(collection *c, int year, double weight)
{
    char text[16];
    if (year <= 0 || weight <= 0) return;
    snprintf(text, sizeof text, "%ds", year / 10 * 10);
    add_term(c, "decade:", text, strlen(text), weight);
}

static void collect_movie(collection *c, const rs_catalogue *from, const rs_term_weights *w)
{
    add_names(c, "genre:", &from->genres, w->genres);
    add_words(c, "title:", &from->title, w->title);
    add_words(c, "text:", &from->overview, w->overview);
    add_names(c, "cast:", &from->cast, w->cast);
    add_names(c, "tag:", &from->tags, w->tags);
    add_decade(c, from->year[c->movie], w->decade);
    c->ptr[c->movie + 1] = c->size;
}

static recsys_status collect(collection *c, const rs_catalogue *from, const rs_term_weights *w,
                             const recsys_progress *progress, recsys_error *err)
{
    size_t step = from->count / 50 + 1;
    c->ptr = rs_array_zero(c->runtime, from->count + 1, sizeof *c->ptr);
    if (c->ptr == NULL) return rs_fail_memory(err, stage);
    for (size_t i = 0; i < from->count; i++) {
        if (i % step == 0) {
            recsys_status status = rs_progress(progress, stage, i, from->count, err);
            if (status != RECSYS_OK) return status;
        }
        c->movie = (uint32_t)i;
        collect_movie(c, from, w);
        if (c->failed) return rs_fail_memory(err, stage);
    }
    return RECSYS_OK;
}

static void collection_begin(collection *c, recsys_runtime *runtime)
{
    *c = (collection){.runtime = runtime};
    rs_vocabulary_begin(&c->words, runtime);
    rs_text_begin(&c->lower, runtime);
    rs_text_begin(&c->term, runtime);
}

static void collection_free(collection *c)
{
    rs_vocabulary_free(&c->words);
    rs_free(c->runtime, c->counts);
    rs_free(c->runtime, c->ptr);
    rs_text_free(&c->lower);
    rs_text_free(&c->term);
}

/* ---- weights --------------------------------------------------------------------- */

/* What turns counts into vectors. */
typedef struct weighing {
    uint32_t *order;  /* [terms] old number of each term */
    uint32_t *number; /* [terms] new number of each old one */
    double *idf;      /* [terms] by new number */
    rs_keyed *row;    /* [2 * longest] */
    uint32_t *term;   /* the results */
    float *weight;
} weighing;

static int weighing_make(weighing *w, const collection *c, size_t movies)
{
    recsys_runtime *runtime = c->runtime;
    size_t terms = c->words.count, longest = 0;
    for (size_t i = 0; i < movies; i++)
        if (c->ptr[i + 1] - c->ptr[i] > longest) longest = (size_t)(c->ptr[i + 1] - c->ptr[i]);
    w->order = rs_array(runtime, terms, sizeof *w->order);
    w->number = rs_array(runtime, terms, sizeof *w->number);
    w->idf = rs_array(runtime, terms, sizeof *w->idf);
    w->row = rs_array(runtime, longest, 2 * sizeof *w->row);
    w->term = rs_array(runtime, c->size, sizeof *w->term);
    w->weight = rs_array(runtime, c->size, sizeof *w->weight);
    if (w->order == NULL || w->number == NULL || w->idf == NULL || w->row == NULL ||
        w->term == NULL || w->weight == NULL || !rs_vocabulary_sort(&c->words, w->order))
        return 0;
    for (size_t i = 0; i < terms; i++) {
        double having = (double)c->words.entries[w->order[i]].movies;
        w->number[w->order[i]] = (uint32_t)i;
        w->idf[i] = rs_ln((1.0 + (double)movies) / (1.0 + having)) + 1.0;
    }
    return 1;
}

static void weighing_free(weighing *w, recsys_runtime *runtime)
{
    rs_free(runtime, w->order);
    rs_free(runtime, w->number);
    rs_free(runtime, w->idf);
    rs_free(runtime, w->row);
    rs_free(runtime, w->term);
    rs_free(runtime, w->weight);
}

/* Write the vector of one movie, its terms ascending. */
static void weigh_movie(weighing *w, const collection *c, size_t movie)
{
    size_t from = (size_t)c->ptr[movie], count = (size_t)c->ptr[movie + 1] - from;
    double square = 0;
    for (size_t i = 0; i < count; i++)
        w->row[i] = (rs_keyed){w->number[c->counts[from + i].term], from + i};
    rs_sort_keyed(w->row, w->row + count, count);
    for (size_t i = 0; i < count; i++) {
        double x = c->counts[w->row[i].value].count * w->idf[w->row[i].key];
        square += x * x;
    }
    double length = sqrt(square);
    for (size_t i = 0; i < count; i++) {
        double x = c->counts[w->row[i].value].count * w->idf[w->row[i].key];
        w->term[from + i] = (uint32_t)w->row[i].key;
        w->weight[from + i] = length > 0 ? (float)(x / length) : 0;
    }
}

/* ---- parts ----------------------------------------------------------------------- */

static recsys_status add_names_parts(const collection *c, const weighing *w, rs_container *into,
                                     rs_terms *terms, recsys_error *err)
{
    size_t count = c->words.count, size = c->words.bytes.size + count;
    uint64_t *offsets = rs_array(c->runtime, count + 1, sizeof *offsets);
    char *names = rs_array(c->runtime, size, 1);
    if (offsets == NULL || names == NULL) {
        rs_free(c->runtime, offsets);
        rs_free(c->runtime, names);
        return rs_fail_memory(err, stage);
    }
    offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        const rs_term_entry *entry = &c->words.entries[w->order[i]];
        memcpy(names + offsets[i], c->words.bytes.data + entry->start, entry->size);
        names[offsets[i] + entry->size] = '\0';
        offsets[i + 1] = offsets[i] + entry->size + 1;
    }
    terms->count = count;
    terms->names = (rs_column){offsets, names};
    recsys_status status = rs_container_add(into, "terms.name_offsets", 1, offsets,
                                            (count + 1) * sizeof *offsets, offsets, err);
    if (status == RECSYS_OK)
        return rs_container_add(into, "terms.names", 1, names, size, names, err);
    rs_free(c->runtime, names);
    return status;
}

/* Hand the vectors over to the container, which owns them from then on. */
static recsys_status add_vector_parts(collection *c, weighing *w, size_t movies,
                                      rs_container *into, rs_terms *terms, recsys_error *err)
{
    recsys_status status;
    terms->ptr = c->ptr;
    terms->term = w->term;
    terms->weight = w->weight;
    c->ptr = NULL;
    RS_TRY(rs_container_add(into, "terms.ptr", 1, terms->ptr, (movies + 1) * sizeof *terms->ptr,
                            (void *)(uintptr_t)terms->ptr, err));
    w->term = NULL;
    RS_TRY(rs_container_add(into, "terms.term", 1, terms->term, c->size * sizeof *terms->term,
                            (void *)(uintptr_t)terms->term, err));
    w->weight = NULL;
    RS_TRY(rs_container_add(into, "terms.weight", 1, terms->weight,
                            c->size * sizeof *terms->weight, (void *)(uintptr_t)terms->weight,
                            err));
out:
    return status;
}

recsys_status rs_terms_build(const rs_catalogue *catalogue, const rs_term_weights *weights,
                             recsys_runtime *runtime, rs_container *into, rs_terms *terms,
                             const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    collection c;
    weighing w = {0};
    collection_begin(&c, runtime);
    RS_TRY(collect(&c, catalogue, weights, progress, err));
    if (!weighing_make(&w, &c, catalogue->count)) {
        status = rs_fail_memory(err, stage);
        goto out;
    }
    for (size_t i = 0; i < catalogue->count; i++) weigh_movie(&w, &c, i);
    RS_TRY(add_names_parts(&c, &w, into, terms, err));
    RS_TRY(add_vector_parts(&c, &w, catalogue->count, into, terms, err));
    status = rs_progress(progress, stage, catalogue->count, catalogue->count, err);
out:
    weighing_free(&w, runtime);
    collection_free(&c);
    return status;
}

/* ---- two movies ------------------------------------------------------------------ */

/* Step to the next term that both have; 0: there is none. */
static int next_common(const rs_terms *t, uint64_t *i, uint64_t i_end, uint64_t *j,
                       uint64_t j_end)
{
    while (*i < i_end && *j < j_end) {
        if (t->term[*i] == t->term[*j]) return 1;
        if (t->term[*i] < t->term[*j])
            (*i)++;
        else
            (*j)++;
    }
    return 0;
}

double rs_terms_cosine(const rs_terms *terms, size_t a, size_t b)
{
    double sum = 0;
    uint64_t i = terms->ptr[a], j = terms->ptr[b];
    while (next_common(terms, &i, terms->ptr[a + 1], &j, terms->ptr[b + 1]))
        sum += (double)terms->weight[i++] * (double)terms->weight[j++];
    return sum < 1 ? sum : 1;
}

size_t rs_terms_common(const rs_terms *terms, size_t a, size_t b, uint32_t *found, size_t most)
{
    double share[RS_COMMON_MOST];
    size_t count = 0;
    if (most > RS_COMMON_MOST) most = RS_COMMON_MOST;
    uint64_t i = terms->ptr[a], j = terms->ptr[b];
    for (; next_common(terms, &i, terms->ptr[a + 1], &j, terms->ptr[b + 1]); i++, j++) {
        double x = (double)terms->weight[i] * (double)terms->weight[j];
        if (!(x > 0) || most == 0 || (count == most && !(x > share[count - 1]))) continue;
        size_t at = count < most ? count++ : count - 1;
        for (; at > 0 && x > share[at - 1]; at--) {
            share[at] = share[at - 1];
            found[at] = found[at - 1];
        }
        share[at] = x;
        found[at] = terms->term[i];
    }
    return count;
}
