#include "data/draft.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/csc.h"

void rs_draft_free(rs_draft *draft, recsys_runtime *rt)
{
    rs_free(rt, draft->users_part);
    rs_free(rt, draft->movies_part);
    if (!draft->borrowed) {
        rs_free(rt, draft->user_ptr);
        rs_free(rt, draft->user_movie);
    }
    rs_free(rt, draft->code);
    rs_free(rt, draft->value);
    rs_free(rt, draft->second);
    rs_free(rt, draft->milli);
    *draft = (rs_draft){.users = 0};
}

/* ---- levels and scale ------------------------------------------------------------ */

/* Add a value to an ascending list unless it is there; 0 if the list is full. */
static int note_level(float *level, uint32_t *levels, float value)
{
    uint32_t at = 0;
    while (at < *levels && level[at] < value) at++;
    if (at < *levels && level[at] == value) return 1;
    if (*levels == RS_LEVELS) return 0;
    memmove(level + at + 1, level + at, (*levels - at) * sizeof *level);
    level[at] = value;
    ++*levels;
    return 1;
}

static void levels_of_codes(const rs_draft *d, uint64_t count, rs_matrix *m)
{
    uint8_t used[256] = {0};
    for (uint64_t i = 0; i < count; i++) used[d->code[i]] = 1;
    for (size_t c = 0; c < d->codes; c++)
        if (used[c] && !note_level(m->level, &m->levels, d->code_value[c])) {
            m->levels = 0;
            return;
        }
}

static void levels_of_floats(const rs_draft *d, uint64_t count, rs_matrix *m)
{
    float last = NAN;
    for (uint64_t i = 0; i < count; i++) {
        if (d->value[i] == last) continue;
        last = d->value[i];
        if (!note_level(m->level, &m->levels, last)) {
            m->levels = 0;
            return;
        }
    }
}

/* Largest step of which both are multiples, within a tolerance; 0 if there is none that is
 * worth the name. */
static double common_step(double a, double b, double tolerance)
{
    while (b > tolerance) {
        double rest = fmod(a, b);
        if (b - rest < tolerance) rest = 0;
        a = b;
        b = rest;
    }
    return a;
}

/* A step and the values that it has to explain. */
typedef struct stepper {
    double low, step, tolerance, smallest;
} stepper;

/* Take one more value into account; 0 once the values prove continuous. */
static int refine_step(stepper *s, double value)
{
    double x = value - s->low;
    if (s->step > 0) {
        double n = x / s->step;
        if (fabs(n - floor(n + 0.5)) * s->step < s->tolerance) return 1;
        s->step =
            common_step(x > s->step ? x : s->step, x > s->step ? s->step : x, s->tolerance);
    } else if (x > s->tolerance) {
        s->step = x;
    }
    return s->step == 0 || s->step > s->smallest;
}

static void find_scale(const rs_draft *d, uint64_t count, rs_matrix *m)
{
    if (m->levels > 0) {
        m->scale_min = m->level[0];
        m->scale_max = m->level[m->levels - 1];
    } else {
        m->scale_min = m->scale_max = d->value[0];
        for (uint64_t i = 1; i < count; i++) {
            m->scale_min = d->value[i] < m->scale_min ? d->value[i] : m->scale_min;
            m->scale_max = d->value[i] > m->scale_max ? d->value[i] : m->scale_max;
        }
    }
    double range = (double)m->scale_max - (double)m->scale_min;
    double size = fmax(fabs((double)m->scale_min), fabs((double)m->scale_max));
    stepper s = {(double)m->scale_min, 0, fmax(size, range) * 1e-6, range * 5e-4};
    uint64_t values = m->levels > 0 ? m->levels : count;
    const float *value = m->levels > 0 ? m->level : d->value;
    for (uint64_t i = 0; i < values; i++)
        if (!refine_step(&s, (double)value[i])) {
            s.step = 0;
            break;
        }
    if (s.step > 0) s.step = range / floor(range / s.step + 0.5);
    m->scale_step = (float)s.step;
}

/* ---- values ---------------------------------------------------------------------- */

/* Provisional codes that become levels: only their numbers may change. */
static void renumber_codes(rs_draft *d, uint64_t count, const rs_matrix *m)
{
    uint8_t number[256] = {0};
    int same = 1;
    for (size_t c = 0; c < d->codes; c++) {
        uint8_t level = 0;
        while (level + 1u < m->levels && m->level[level] < d->code_value[c]) level++;
        number[c] = level;
        same &= level == c || m->level[level] != d->code_value[c];
    }
    if (same) return;
    for (uint64_t i = 0; i < count; i++) d->code[i] = number[d->code[i]];
}

static int codes_to_floats(rs_draft *d, uint64_t count, recsys_runtime *rt)
{
    d->value = rs_array(rt, (size_t)count, sizeof *d->value);
    if (d->value == NULL) return 0;
    for (uint64_t i = 0; i < count; i++) d->value[i] = d->code_value[d->code[i]];
    rs_free(rt, d->code);
    d->code = NULL;
    return 1;
}

static int floats_to_codes(rs_draft *d, uint64_t count, const rs_matrix *m, recsys_runtime *rt)
{
    d->code = rs_array(rt, (size_t)count, 1);
    if (d->code == NULL) return 0;
    for (uint64_t i = 0; i < count; i++) {
        uint8_t level = 0;
        while (m->level[level] != d->value[i]) level++;
        d->code[i] = level;
    }
    rs_free(rt, d->value);
    d->value = NULL;
    return 1;
}

static recsys_status settle_values(rs_draft *d, uint64_t count, rs_matrix *m,
                                   recsys_runtime *rt, recsys_error *err)
{
    int fine = 1;
    if (d->code != NULL) {
        levels_of_codes(d, count, m);
        if (m->levels > 0)
            renumber_codes(d, count, m);
        else
            fine = codes_to_floats(d, count, rt);
    } else {
        levels_of_floats(d, count, m);
        if (m->levels > 0) fine = floats_to_codes(d, count, m, rt);
    }
    if (!fine) return rs_fail_memory(err, "values of ratings");
    memset(m->level + m->levels, 0, sizeof m->level - m->levels * sizeof *m->level);
    find_scale(d, count, m);
    return RECSYS_OK;
}

/* ---- times ----------------------------------------------------------------------- */

static void settle_seconds(rs_draft *d, uint64_t count, rs_matrix *m, recsys_runtime *rt)
{
    uint32_t low = UINT32_MAX, high = 0;
    for (uint64_t i = 0; i < count; i++) {
        low = d->second[i] < low ? d->second[i] : low;
        high = d->second[i] > high ? d->second[i] : high;
    }
    m->time_base = (int64_t)low * 1000;
    if (low == high) {
        rs_free(rt, d->second);
        d->second = NULL;
        return;
    }
    m->time_unit = 1000;
    for (uint64_t i = 0; i < count; i++) d->second[i] -= low;
}

/* Milliseconds that fit 32 bits as steps from the oldest are packed in place. */
static int settle_millis(rs_draft *d, uint64_t count, rs_matrix *m, recsys_runtime *rt)
{
    int64_t low = INT64_MAX, high = INT64_MIN, unit = 1000;
    for (uint64_t i = 0; i < count; i++) {
        low = d->milli[i] < low ? d->milli[i] : low;
        high = d->milli[i] > high ? d->milli[i] : high;
    }
    for (uint64_t i = 0; i < count; i++)
        if ((d->milli[i] - low) % 1000 != 0) {
            unit = 1;
            break;
        }
    if (low != high && (high - low) / unit > UINT32_MAX) return 1;
    m->time_base = low;
    if (low != high) {
        m->time_unit = unit;
        char *packed = (char *)d->milli;
        for (uint64_t i = 0; i < count; i++) {
            uint32_t step = (uint32_t)((d->milli[i] - low) / unit);
            memcpy(packed + i * sizeof step, &step, sizeof step);
        }
        d->second = rs_array_resize(rt, d->milli, (size_t)count, sizeof(uint32_t));
        if (d->second == NULL) return 0;
    } else {
        rs_free(rt, d->milli);
    }
    d->milli = NULL;
    return 1;
}

/* ---- the whole ------------------------------------------------------------------- */

static void adopt_rows(const rs_draft *d, rs_matrix *m)
{
    m->user_ptr = d->user_ptr;
    m->user_movie = d->user_movie;
    m->user_code = d->code;
    m->user_value = d->value;
    m->time32 = d->second;
    m->time64 = d->milli;
}

static void adopt_columns(const rs_columns *columns, rs_matrix *m)
{
    m->movie_ptr = columns->movie_ptr;
    m->movie_user = columns->movie_user;
    if (m->levels > 0)
        m->movie_code = columns->value;
    else
        m->movie_value = columns->value;
}

/* Hand all arrays of the draft over to the container. */
static recsys_status put_parts(rs_draft *d, const rs_matrix *m, rs_container *parts,
                               recsys_error *err)
{
    unsigned owned = RS_OWN_ALL;
    if (d->borrowed) owned &= ~(unsigned)(RS_OWN_USER_PTR | RS_OWN_USER_MOVIE);
    void *users = d->users_part, *movies = d->movies_part;
    size_t users_size = d->users_size, movies_size = d->movies_size;
    *d = (rs_draft){.users = 0};
    recsys_status status = rs_matrix_put(m, owned, parts, err);
    if (status != RECSYS_OK)
        rs_free(parts->runtime, users);
    else
        status = rs_container_add(parts, "users", 1, users, users_size, users, err);
    if (status != RECSYS_OK)
        rs_free(parts->runtime, movies);
    else
        status = rs_container_add(parts, "movies", 1, movies, movies_size, movies, err);
    return status;
}

recsys_status rs_draft_finish(rs_draft *draft, recsys_runtime *rt, recsys_ratings **out,
                              recsys_error *err)
{
    recsys_status status;
    rs_matrix m = {.users = draft->users, .movies = draft->movies, .time_unit = 1};
    rs_columns columns = {NULL, NULL, NULL};
    m.count = draft->user_ptr[draft->users];
    if (m.count == 0) {
        rs_draft_free(draft, rt);
        return rs_fail(err, RECSYS_E_EMPTY, "no rating is left");
    }
    RS_TRY(settle_values(draft, m.count, &m, rt, err));
    if (draft->second != NULL) settle_seconds(draft, m.count, &m, rt);
    if (draft->milli != NULL && !settle_millis(draft, m.count, &m, rt)) {
        status = rs_fail_memory(err, "times of ratings");
        goto out;
    }
    rs_rows_view rows = {draft->users,
                         draft->movies,
                         draft->user_ptr,
                         draft->user_movie,
                         draft->code != NULL ? (const void *)draft->code : draft->value,
                         draft->code != NULL ? 1 : sizeof(float)};
    RS_TRY(rs_columns_build(&columns, rt, &rows, err));
    adopt_rows(draft, &m);
    adopt_columns(&columns, &m);
    rs_container parts;
    rs_container_begin(&parts, rt, "ratings");
    status = put_parts(draft, &m, &parts, err);
    if (status == RECSYS_OK) return rs_ratings_wrap(out, rt, &parts, 1, err);
    rs_container_close(&parts);
out:
    rs_draft_free(draft, rt);
    return status;
}
