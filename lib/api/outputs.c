#include "api/outputs.h"

#include <string.h>

void rs_out_copy(void *to, const void *from, size_t size)
{
    size_t room;
    memcpy(&room, to, sizeof room);
    if (room > size) room = size;
    if (room > sizeof room)
        memcpy((char *)to + sizeof room, (const char *)from + sizeof room, room - sizeof room);
}

void rs_out_scale(const rs_matrix *m, recsys_scale *scale)
{
    if (m == NULL || scale == NULL) return;
    recsys_scale found = {sizeof found, m->scale_min, m->scale_max, m->scale_step, m->levels};
    rs_out_copy(scale, &found, sizeof found);
}

size_t rs_out_id(const rs_ids *ids, size_t i, char *buffer, size_t size)
{
    static const rs_ids none;
    return rs_ids_text(ids != NULL ? ids : &none, i, buffer, buffer != NULL ? size : 0);
}

size_t rs_out_find(const rs_ids *ids, const char *id)
{
    return ids != NULL && id != NULL ? rs_ids_find(ids, id, strlen(id)) : SIZE_MAX;
}

size_t rs_out_user_count(const rs_matrix *m, size_t user)
{
    return m != NULL && user < m->users ? (size_t)(m->user_ptr[user + 1] - m->user_ptr[user])
                                        : 0;
}

int rs_out_user_at(const rs_matrix *m, size_t user, size_t j, recsys_rating *rating)
{
    if (rating == NULL || j >= rs_out_user_count(m, user)) return 0;
    uint64_t at = m->user_ptr[user] + j;
    recsys_rating found = {sizeof found, user, m->user_movie[at], rs_user_rating(m, at),
                           rs_matrix_time(m, at)};
    rs_out_copy(rating, &found, sizeof found);
    return 1;
}
