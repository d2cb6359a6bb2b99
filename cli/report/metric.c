#include "metric.h"

#include <stddef.h>
#include <string.h>

static const cli_metric known[] = {
    {"precision", "Precision", 1, "Of the movies in a list, the share that the user liked."},
    {"recall", "Recall", 1,
     "Of the movies that the user liked, the share that is in the list."},
    {"f1", "F1", 1, "Precision and recall in one number, their harmonic mean."},
    {"ndcg", "NDCG", 1,
     "How near the top of the list the liked movies are; 1 is the best possible order."},
    {"hit_rate", "Hit rate", 1,
     "The share of users with at least one liked movie in the list."},
    {"map", "MAP", 1, "The precision at each liked movie, on average: early ones count more."},
    {"mrr", "MRR", 1, "One divided by the place of the first liked movie, on average."},
    {"coverage", "Coverage", 1, "The share of all movies that are in somebody's list."},
    {"user_coverage", "User coverage", 1, "The share of users who get a list."},
    {"diversity", "Diversity", 1, "How little the lists of two users have in common."},
    {"diversity_cosine", "Diversity, by cosine", 1,
     "How little two users' lists have in common, measured by the cosine."},
    {"diversity_jaccard", "Diversity, by Jaccard", 1,
     "How little two users' lists have in common, of all that is in either."},
    {"ild", "Variety in a list", 1, "How unlike each other the movies of one list are."},
    {"serendipity", "Serendipity", 1, "Liked movies that are not the obvious ones."},
    {"novelty", "Novelty", 0,
     "How little known the listed movies are, in bits: 1 more is half as many raters."},
    {"popularity_bias", "Popularity bias", 0,
     "How much better known the listed movies are than those that the users rated "
     "themselves: 0.5 is half as much again."},
    {"tail", "Long tail", 0, "The share of places in lists that seldom rated movies have."},
    {"gini", "Gini index", -1,
     "How unevenly movies share the places in lists; 0 is evenly, 1 is all to one movie."},
    {"entropy", "Entropy", 1,
     "How evenly movies share the places in lists; more is more even."},
    {"auc", "AUC", 1, "The chance that a liked movie is ranked before another one."},
    {"users", "Users", 0, ""},
    {"rmse", "RMSE", -1, "Error of predicted ratings, where large errors count more."},
    {"mae", "MAE", -1, "Error of predicted ratings, on average."},
};

cli_metric cli_report_metric(const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0) return known[i];
    return (cli_metric){name, name, 0, ""};
}
