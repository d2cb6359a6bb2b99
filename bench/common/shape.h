/* Ratings shaped like those of MovieLens, from a seed alone: the same bytes on every machine.
 *
 * Movies are drawn by a power of their rank in popularity, (rank + offset)^-skew, and kept by
 * taste: users and movies have six hidden traits. A user's number of ratings is 20 and a
 * log-normal amount more. Every movie has a rater. Neither users nor movies are in any order.
 * Nothing here comes from libm, whose last bits differ between systems. */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include <stddef.h>
#include <stdint.h>

typedef struct shape {
    uint32_t users, movies;
    double mean;         /* ratings of a user that are aimed at, above 20 */
    double skew, offset; /* of popularity */
    double spread;       /* of activity: standard deviation of its logarithm */
    uint64_t seed;
} shape;

/* "100k", "1M", "10M", "20M" or "100M"; 0 if it is none of these. */
int shape_preset(const char *name, shape *preset);

typedef struct shape_rating {
    uint32_t movie; /* number, ids ascending */
    uint32_t time;  /* seconds */
    uint32_t half;  /* half stars, 1..10 */
} shape_rating;

typedef struct shape_source shape_source;
/* NULL without memory. About 60 bytes a movie, 12 bytes a user. */
shape_source *shape_open(const shape *preset);
void shape_close(shape_source *source);
/* Ratings of the next user, movies ascending, until the next call; 0 at the end. */
size_t shape_next(shape_source *source, const shape_rating **list);
uint32_t shape_movie_id(const shape_source *source, uint32_t movie);
/* One line of a movies.csv: movieId,title,genres. Genres follow the traits; titles are words
 * that repeat, some far more often than others. */
void shape_movie_line(const shape_source *source, uint32_t movie, char *line, size_t size);

#endif
