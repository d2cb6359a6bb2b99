#include "models/profile.h"

#include <math.h>

static void add(rs_profile *profile, const rs_worth *worth, uint32_t movie, float rating,
                int64_t time)
{
    double r = (double)rating;
    profile->worth[profile->count] = worth->ages ? rs_worth_at(worth, time) : 1;
    profile->movie[profile->count] = movie;
    profile->rating[profile->count++] = rating;
    profile->sum += r;
    profile->square += r * r;
}

/* From what age leaves of each rating to what it is worth: the mean is known now. */
static void grade(rs_profile *p, const rs_worth *worth)
{
    double mean = p->count > 0 ? p->sum / (double)p->count : 0;
    for (size_t k = 0; k < p->count; k++)
        p->worth[k] *= rs_worth_graded(worth, (double)p->rating[k], mean);
}

void rs_profile_merge(rs_profile *profile, const recsys_model *model, size_t user,
                      const rs_fresh *fresh, size_t count)
{
    const rs_matrix *m = &model->ratings;
    uint64_t at = user == SIZE_MAX ? 0 : m->user_ptr[user];
    uint64_t end = user == SIZE_MAX ? 0 : m->user_ptr[user + 1];
    size_t k = 0;
    profile->user = user;
    profile->as_stored = 1;
    profile->count = 0;
    profile->sum = profile->square = 0;
    while (at < end || k < count) {
        uint32_t stored = at < end ? m->user_movie[at] : UINT32_MAX;
        uint32_t given = k < count ? fresh[k].movie : UINT32_MAX;
        int stale =
            stored == given && fresh[k].time != 0 && fresh[k].time < rs_matrix_time(m, at);
        if (stored < given || stale) {
            add(profile, &model->worth, stored, rs_user_rating(m, at), rs_matrix_time(m, at));
            at++;
            k += (size_t)stale;
            continue;
        }
        profile->as_stored = 0;
        if (!isnan(fresh[k].rating))
            add(profile, &model->worth, given, fresh[k].rating, fresh[k].time);
        at += stored == given;
        k++;
    }
    grade(profile, &model->worth);
}

void rs_profile_load(rs_profile *profile, const recsys_model *model, size_t user)
{
    static const rs_fresh none;
    rs_profile_merge(profile, model, user, &none, 0);
}
