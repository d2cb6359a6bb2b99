#include "api/outputs.h"

#include <string.h>

/* Copy what the caller's struct has room for, all but its struct_size. */
static void copy_out(void *to, const void *from, size_t size)
{
    size_t room;
    memcpy(&room, to, sizeof room);
    if (room > size) room = size;
    if (room > sizeof room)
        memcpy((char *)to + sizeof room, (const char *)from + sizeof room, room - sizeof room);
}

void rs_out_scale(const rs_matrix *m, recsys_scale *scale)
{
    recsys_scale found = {sizeof found, m->scale_min, m->scale_max, m->scale_step, m->levels};
    copy_out(scale, &found, sizeof found);
}

size_t rs_out_user_count(const rs_matrix *m, size_t user)
{
    return user < m->users ? (size_t)(m->user_ptr[user + 1] - m->user_ptr[user]) : 0;
}

int rs_out_user_at(const rs_matrix *m, size_t user, size_t j, recsys_rating *rating)
{
    if (j >= rs_out_user_count(m, user)) return 0;
    uint64_t at = m->user_ptr[user] + j;
    recsys_rating found = {sizeof found, user, m->user_movie[at], rs_user_rating(m, at),
                           rs_matrix_time(m, at)};
    copy_out(rating, &found, sizeof found);
    return 1;
}
