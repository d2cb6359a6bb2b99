#include "data/matrix.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

int64_t rs_matrix_time(const rs_matrix *m, uint64_t at)
{
    if (m->time32 != NULL) return m->time_base + m->time_unit * (int64_t)m->time32[at];
    return m->time64 != NULL ? m->time64[at] : m->time_base;
}

rs_matrix rs_matrix_turned(const rs_matrix *m)
{
    rs_matrix turned = *m;
    turned.users = m->movies;
    turned.movies = m->users;
    turned.user_ptr = m->movie_ptr;
    turned.user_movie = m->movie_user;
    turned.user_code = m->movie_code;
    turned.user_value = m->movie_value;
    turned.movie_ptr = m->user_ptr;
    turned.movie_user = m->user_movie;
    turned.movie_code = m->user_code;
    turned.movie_value = m->user_value;
    turned.time32 = NULL;
    turned.time64 = NULL;
    return turned;
}

/* ---- from a container ------------------------------------------------------------ */

static recsys_status damaged(recsys_error *err, const char *part, const char *how)
{
    return rs_fail(err, RECSYS_E_DAMAGED, "section \"ratings.%s\" is damaged: %s", part, how);
}

static int head_is_good(const rs_matrix_head *h)
{
    uint64_t most = UINT32_MAX - 1u;
    if (h->users > most || h->movies > most || h->count > SIZE_MAX / 8 || h->zero != 0)
        return 0;
    if (h->levels > RS_LEVELS || (h->count > 0 && (h->users == 0 || h->movies == 0))) return 0;
    for (uint32_t i = 0; i < h->levels; i++)
        if (!isfinite(h->level[i]) || (i > 0 && !(h->level[i] > h->level[i - 1]))) return 0;
    if (!isfinite(h->scale_min) || !isfinite(h->scale_max) || !isfinite(h->scale_step) ||
        h->scale_min > h->scale_max || h->scale_step < 0)
        return 0;
    /* base + unit * UINT32_MAX must not overflow */
    int64_t bound = INT64_MAX / 4;
    return h->time_base >= -bound && h->time_base <= bound && h->time_unit >= 1 &&
           h->time_unit <= 1000 &&
           (h->time_width == 0 || h->time_width == 4 || h->time_width == 8);
}

static void take_head(rs_matrix *m, const rs_matrix_head *h)
{
    *m = (rs_matrix){.users = (size_t)h->users,
                     .movies = (size_t)h->movies,
                     .count = h->count,
                     .time_base = h->time_base,
                     .time_unit = h->time_unit,
                     .levels = h->levels,
                     .scale_min = h->scale_min,
                     .scale_max = h->scale_max,
                     .scale_step = h->scale_step};
    memcpy(m->level, h->level, sizeof m->level);
}

static recsys_status view_values(rs_matrix *m, const rs_container *c, recsys_error *err)
{
    recsys_status status;
    const void *rows, *columns;
    size_t width = m->levels > 0 ? 1 : sizeof(float), count = (size_t)m->count;
    RS_TRY(rs_container_array(c, "ratings.user_value", count, width, &rows, err));
    RS_TRY(rs_container_array(c, "ratings.movie_value", count, width, &columns, err));
    if (m->levels > 0) {
        m->user_code = rows;
        m->movie_code = columns;
    } else {
        m->user_value = rows;
        m->movie_value = columns;
    }
out:
    return status;
}

static recsys_status view_times(rs_matrix *m, const rs_container *c, uint32_t width,
                                recsys_error *err)
{
    const void *data;
    recsys_status status =
        rs_container_array(c, "ratings.time", width == 0 ? 0 : (size_t)m->count,
                           width == 0 ? 1 : width, &data, err);
    if (status != RECSYS_OK) return status;
    if (width == 4) m->time32 = data;
    if (width == 8) m->time64 = data;
    return RECSYS_OK;
}

recsys_status rs_matrix_view(rs_matrix *m, const rs_container *c, recsys_error *err)
{
    recsys_status status;
    const void *data;
    rs_matrix_head head;
    RS_TRY(rs_container_array(c, "ratings.head", 1, sizeof head, &data, err));
    memcpy(&head, data, sizeof head);
    if (!head_is_good(&head)) return damaged(err, "head", "a value is out of bounds");
    take_head(m, &head);
    size_t count = (size_t)m->count;
    RS_TRY(rs_container_array(c, "ratings.user_ptr", m->users + 1, 8, &data, err));
    m->user_ptr = data;
    RS_TRY(rs_container_array(c, "ratings.user_movie", count, 4, &data, err));
    m->user_movie = data;
    RS_TRY(rs_container_array(c, "ratings.movie_ptr", m->movies + 1, 8, &data, err));
    m->movie_ptr = data;
    RS_TRY(rs_container_array(c, "ratings.movie_user", count, 4, &data, err));
    m->movie_user = data;
    RS_TRY(view_values(m, c, err));
    RS_TRY(view_times(m, c, head.time_width, err));
out:
    return status;
}

/* ---- checks over the arrays ------------------------------------------------------ */

/* ptr goes from 0 to count and never back; numbers ascend in each row and stay below most. */
static const char *check_rows(const uint64_t *ptr, size_t rows, uint64_t count,
                              const uint32_t *number, size_t most)
{
    if (ptr[0] != 0 || ptr[rows] != count) return "offsets do not span the ratings";
    for (size_t r = 0; r < rows; r++) {
        uint64_t from = ptr[r], to = ptr[r + 1];
        if (to < from || to > count) return "offsets go back";
        int descends = 0;
        for (uint64_t i = from + 1; i < to; i++) descends |= number[i] <= number[i - 1];
        if (descends) return "numbers are not in order";
        if (to > from && number[to - 1] >= most) return "a number is out of bounds";
    }
    return NULL;
}

static int codes_are_good(const uint8_t *code, uint64_t count, uint32_t levels)
{
    unsigned most = 0;
    for (uint64_t i = 0; i < count; i++) most = code[i] > most ? code[i] : most;
    return count == 0 || most < levels;
}

static int floats_are_good(const float *value, uint64_t count)
{
    int bad = 0;
    for (uint64_t i = 0; i < count; i++) bad |= !isfinite(value[i]);
    return !bad;
}

static recsys_status check_values(const rs_matrix *m, recsys_error *err)
{
    int rows, columns;
    if (m->levels > 0) {
        rows = codes_are_good(m->user_code, m->count, m->levels);
        columns = codes_are_good(m->movie_code, m->count, m->levels);
    } else {
        rows = floats_are_good(m->user_value, m->count);
        columns = floats_are_good(m->movie_value, m->count);
    }
    if (!rows) return damaged(err, "user_value", "a rating is out of bounds");
    return columns ? RECSYS_OK : damaged(err, "movie_value", "a rating is out of bounds");
}

/* Each movie has as many ratings by rows as it has in its column. */
static recsys_status check_columns(const rs_matrix *m, recsys_runtime *rt, recsys_error *err)
{
    uint64_t *count = rs_array_zero(rt, m->movies, sizeof *count);
    int differs = 0;
    if (count == NULL) return rs_fail_memory(err, "checking ratings");
    for (uint64_t i = 0; i < m->count; i++) count[m->user_movie[i]]++;
    for (size_t j = 0; j < m->movies; j++)
        differs |= count[j] != m->movie_ptr[j + 1] - m->movie_ptr[j];
    rs_free(rt, count);
    return differs ? damaged(err, "movie_ptr", "rows and columns disagree") : RECSYS_OK;
}

static int times_are_good(const rs_matrix *m)
{
    int bad = 0;
    if (m->time64 == NULL) return 1;
    for (uint64_t i = 0; i < m->count; i++)
        bad |= m->time64[i] > INT64_MAX / 4 || m->time64[i] < -(INT64_MAX / 4);
    return !bad;
}

recsys_status rs_matrix_bind(rs_matrix *m, const rs_container *c, recsys_error *err)
{
    recsys_status status;
    RS_TRY(rs_matrix_view(m, c, err));
    const char *rows = check_rows(m->user_ptr, m->users, m->count, m->user_movie, m->movies);
    if (rows != NULL) return damaged(err, "user_movie", rows);
    rows = check_rows(m->movie_ptr, m->movies, m->count, m->movie_user, m->users);
    if (rows != NULL) return damaged(err, "movie_user", rows);
    RS_TRY(check_values(m, err));
    RS_TRY(check_columns(m, c->runtime, err));
    if (!times_are_good(m)) return damaged(err, "time", "a time is out of bounds");
out:
    return status;
}

/* ---- into a container ------------------------------------------------------------ */

static recsys_status put_head(const rs_matrix *m, rs_container *into, recsys_error *err)
{
    rs_matrix_head *head = rs_array_zero(into->runtime, 1, sizeof *head);
    if (head == NULL) return rs_fail_memory(err, "ratings.head");
    *head = (rs_matrix_head){.users = m->users,
                             .movies = m->movies,
                             .count = m->count,
                             .time_base = m->time_base,
                             .time_unit = m->time_unit,
                             .levels = m->levels,
                             .scale_min = m->scale_min,
                             .scale_max = m->scale_max,
                             .scale_step = m->scale_step};
    head->time_width = m->time32 != NULL ? 4 : m->time64 != NULL ? 8 : 0;
    memcpy(head->level, m->level, m->levels * sizeof *head->level);
    return rs_container_add(into, "ratings.head", 1, head, sizeof *head, head, err);
}

/* The arrays as parts, in the order of the bits of `owned`. */
static void list_parts(const rs_matrix *m, rs_part parts[7])
{
    size_t count = (size_t)m->count, width = m->levels > 0 ? 1 : sizeof(float);
    size_t time_width = m->time32 != NULL ? 4 : m->time64 != NULL ? 8 : 0;
    const void *time = m->time32 != NULL ? (const void *)m->time32 : m->time64;
    const void *rows = m->levels > 0 ? (const void *)m->user_code : m->user_value;
    const void *columns = m->levels > 0 ? (const void *)m->movie_code : m->movie_value;
    parts[0] =
        (rs_part){.name = "ratings.user_ptr", .data = m->user_ptr, .size = (m->users + 1) * 8};
    parts[1] =
        (rs_part){.name = "ratings.user_movie", .data = m->user_movie, .size = count * 4};
    parts[2] = (rs_part){.name = "ratings.user_value", .data = rows, .size = count * width};
    parts[3] = (rs_part){.name = "ratings.time", .data = time, .size = count * time_width};
    parts[4] = (rs_part){
        .name = "ratings.movie_ptr", .data = m->movie_ptr, .size = (m->movies + 1) * 8};
    parts[5] =
        (rs_part){.name = "ratings.movie_user", .data = m->movie_user, .size = count * 4};
    parts[6] = (rs_part){.name = "ratings.movie_value", .data = columns, .size = count * width};
}

recsys_status rs_matrix_put(const rs_matrix *m, unsigned owned, rs_container *into,
                            recsys_error *err)
{
    rs_part parts[7];
    recsys_status status = put_head(m, into, err);
    list_parts(m, parts);
    for (unsigned i = 0; i < 7; i++) {
        void *mine = (owned >> i & 1) != 0 ? (void *)(uintptr_t)parts[i].data : NULL;
        if (status != RECSYS_OK)
            rs_free(into->runtime, mine);
        else
            status = rs_container_add(into, parts[i].name, 1,
                                      parts[i].data != NULL ? parts[i].data : "", parts[i].size,
                                      mine, err);
    }
    return status;
}
