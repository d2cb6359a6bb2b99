#include "config/table.h"

/* One row per option, rows of a section together: the YAML dump, docs/configuration.md and
 * `recsys-model options` follow this order. */

#define ROW(key, type, min, max, value, choices, stage, owner, text)                           \
    {                                                                                          \
        sizeof(recsys_option), key, type, min, max, value, choices, text, "0.1.0", stage,      \
            owner                                                                              \
    }
#define INT(stage, owner, key, min, max, value, text)                                          \
    ROW(key, RECSYS_OPTION_INT, min, max, value, NULL, RECSYS_STAGE_##stage, owner, text)
#define REAL(stage, owner, key, min, max, value, text)                                         \
    ROW(key, RECSYS_OPTION_REAL, min, max, value, NULL, RECSYS_STAGE_##stage, owner, text)
#define CHOICE(stage, owner, key, choices, value, text)                                        \
    ROW(key, RECSYS_OPTION_CHOICE, 0, 0, value, choices, RECSYS_STAGE_##stage, owner, text)
#define BOOL(stage, owner, key, value, text)                                                   \
    ROW(key, RECSYS_OPTION_BOOL, 0, 0, value, NULL, RECSYS_STAGE_##stage, owner, text)
#define TEXT(stage, owner, key, value, text)                                                   \
    ROW(key, RECSYS_OPTION_TEXT, 0, 0, value, NULL, RECSYS_STAGE_##stage, owner, text)

#define RATINGS "model.ratings."
#define CF "model.collaborative_filtering."
#define CONTENT "model.content_based."
#define HYBRID "model.hybrid."
#define RERANK "model.rerank."
#define LIST "model.recommendation."
#define EASE "model.ease."
#define ITEM_CF "model.item_cf."
#define RP3BETA "model.rp3beta."
#define POPULARITY "model.popularity."
#define IALS "model.ials."
#define DEFINITION "evaluation.definition."
#define GATE "evaluation.gate."

const recsys_option rs_option_table[] = {
    CHOICE(READ, "data", "data.format", "auto|csv|u.data|dat|jsonl", "auto",
           "format of the ratings: auto looks at the content; u.data has tabs, dat has \"::\""),
    TEXT(READ, "data", "data.delimiter", "",
         "text between columns, one character, \"\\t\" or \"::\"; empty: found in the content"),
    TEXT(READ, "data", "data.user_column", "",
         "name of the column with user ids; empty: found by the usual names"),
    TEXT(READ, "data", "data.movie_column", "",
         "name of the column with movie ids; empty: found by the usual names"),
    TEXT(READ, "data", "data.rating_column", "",
         "name of the column with ratings; empty: found by the usual names"),
    TEXT(READ, "data", "data.timestamp_column", "",
         "name of the column with times; empty: found by the usual names"),
    REAL(READ, "data", "data.event_value", -1e6, 1e6, "1",
         "rating that a row without a rating (a view, a click) counts as"),
    CHOICE(READ, "data", "data.on_bad_row", "error|skip", "error",
           "a row that cannot be read: error stops there, skip leaves it out and counts it"),
    INT(READ, "data", "data.max_bad_rows", 0, 1e12, "1000",
        "with on_bad_row skip: rows that may be left out before reading fails"),

    REAL(
        FIT, "models", RATINGS "half_life", 0, 1e6, "0",
        "days in which a rating comes to count half as evidence of taste, back from the newest "
        "rating; 0: all count alike"),
    REAL(FIT, "models", RATINGS "negative_weight", 0, 10, "0",
         "a rating that is more than `negative_margin' below the user's mean counts against a "
         "movie: this times what it is below that is taken off; 0: off"),
    REAL(FIT, "models", RATINGS "negative_margin", 0, 5, "1",
         "how far below the user's mean ratings may be, on a scale of 0..5, before that"),

    INT(FIT, "models", CF "n_neighbors", 1, 10000, "20",
        "users of similar taste kept for each user, most similar first"),
    INT(FIT, "models", CF "spare_neighbors", 0, 10000, "10",
        "users kept for each user beyond n_neighbors, for updates of the model only: with more "
        "of them fewer lists have to be made anew; 0: none"),
    CHOICE(FIT, "models", CF "neighborhood", "own|reverse|both", "own",
           "whose ratings count for a user: own: of the n_neighbors most similar; reverse: of "
           "everybody among whose n_neighbors the user is; both: of either (at least one spare "
           "neighbour is kept then)"),
    INT(FIT, "models", CF "min_common_items", 1, 1000000, "3",
        "movies that two users must both have rated to be neighbours"),
    REAL(FIT, "models", CF "similarity_threshold", -1, 1, "0.1",
         "a neighbour's similarity must be above this"),
    CHOICE(FIT, "models", CF "similarity",
           "cosine|corated_cosine|pearson|adjusted_cosine|jaccard", "cosine",
           "how alike two users are: cosine over all their ratings; cosine, Pearson or "
           "adjusted cosine over the movies both rated; or the share of movies both rated"),
    REAL(FIT, "models", CF "shrinkage", 0, 1e6, "1",
         "multiply a similarity by n/(n + this), n = movies both rated; 0: off"),
    CHOICE(FIT, "models", CF "aggregation", "sum|mean|damped_mean", "sum",
           "score of a movie from neighbours' ratings r and similarities s: sum of s*r, "
           "sum of s*r / sum of s, or the same with `damping' added below"),
    REAL(FIT, "models", CF "damping", 0, 1e6, "20",
         "with aggregation damped_mean: added to the sum of similarities"),
    REAL(FIT, "models", CF "popularity_discount", 0, 2, "0.16",
         "divide a movie's score by its number of raters to this power; 0: off"),
    REAL(QUERY, "rank", CF "share", -1, 1, "-1",
         "its share of collaborative filtering in the blend; below 0: as training learned"),

    INT(FIT, "models", CONTENT "top_n_similar_movies", 1, 1000, "50",
        "similar movies kept for each movie, most similar first"),
    REAL(FIT, "models", CONTENT "genres_weight", 0, 100, "1",
         "weight of genres in a movie's terms; 0 leaves them out"),
    REAL(FIT, "models", CONTENT "title_weight", 0, 100, "1",
         "weight of the words of the title; 0 leaves them out"),
    REAL(FIT, "models", CONTENT "overview_weight", 0, 100, "1",
         "weight of the words of the overview; 0 leaves them out"),
    REAL(FIT, "models", CONTENT "cast_weight", 0, 100, "1",
         "weight of the names of the cast; 0 leaves them out"),
    REAL(FIT, "models", CONTENT "tags_weight", 0, 100, "1",
         "weight of the tags that people gave; 0 leaves them out"),
    REAL(FIT, "models", CONTENT "decade_weight", 0, 100, "1",
         "weight of the decade of the year; 0 leaves it out"),
    REAL(FIT, "models", CONTENT "popularity_discount", 0, 2, "0.2",
         "divide a movie's score by its number of raters to this power; 0: off"),

    BOOL(FIT, "models", EASE "enabled", "true",
         "learn a linear model of movies (EASE, Steck 2019); needs OpenBLAS"),
    REAL(FIT, "models", EASE "regularization", 0.001, 1e9, "200",
         "ridge: larger values trust the ratings less"),
    REAL(FIT, "models", EASE "dropout", 0, 0.95, "0.33",
         "ridge of expected dropout: p / (1 - p) of each movie's own sum of squares is added"),
    REAL(FIT, "models", EASE "row_exponent", 0, 2, "0.5",
         "a user's ratings count 1 / (number of them)^this; 0: all count alike"),
    INT(FIT, "models", EASE "neighbors", 1, 100000, "500",
        "weights kept of each movie, those that matter most to scores"),
    INT(FIT, "models", EASE "min_ratings", 1, 1000000, "2",
        "movies that fewer people rated have no weights"),
    INT(FIT, "models", EASE "memory", 1, 1048576, "512",
        "mebibytes that its matrix may take; only as many movies have weights, the most rated "
        "ones, as fit"),
    CHOICE(
        FIT, "models", EASE "precision", "single|double", "single",
        "numbers in which its matrix is inverted; double: for a regularization so small that "
        "training fails otherwise, in twice the time and memory"),
    REAL(FIT, "models", EASE "popularity_discount", 0, 2, "0.2",
         "divide a movie's score by its number of raters to this power; 0: off"),
    REAL(QUERY, "rank", EASE "share", -1, 1, "-1",
         "its share of collaborative filtering in the blend; below 0: as training learned"),

    BOOL(FIT, "models", ITEM_CF "enabled", "false",
         "learn which movies are rated by the same people"),
    INT(FIT, "models", ITEM_CF "neighbors", 1, 100000, "50",
        "movies kept for each movie, the most similar ones"),
    CHOICE(FIT, "models", ITEM_CF "weighting", "none|tfidf|bm25", "tfidf",
           "ratings are compared as they are, or weighted: less of people who rate much"),
    CHOICE(FIT, "models", ITEM_CF "similarity", "cosine|asymmetric|tversky", "asymmetric",
           "how alike two movies are: cosine; cosine with `asymmetry'; or who rated both, one "
           "and the other, whatever the ratings"),
    REAL(FIT, "models", ITEM_CF "asymmetry", 0, 1, "0.35",
         "with similarity asymmetric: a . b / (|a|^(2 this) |b|^(2 - 2 this)), b is the movie "
         "that the user rated; 0.5: cosine"),
    REAL(FIT, "models", ITEM_CF "tversky_alpha", 0, 1000, "1",
         "with similarity tversky: what counts who rated the movie scored alone"),
    REAL(FIT, "models", ITEM_CF "tversky_beta", 0, 1000, "1",
         "with similarity tversky: what counts who rated the user's movie alone"),
    REAL(FIT, "models", ITEM_CF "shrinkage", 0, 1e9, "100",
         "added below the line of a similarity: larger values trust few raters less"),
    REAL(FIT, "models", ITEM_CF "popularity_discount", 0, 2, "0",
         "divide a movie's score by its number of raters to this power; 0: off"),
    REAL(QUERY, "rank", ITEM_CF "share", -1, 1, "-1",
         "its share of collaborative filtering in the blend; below 0: as training learned"),

    BOOL(FIT, "models", RP3BETA "enabled", "false",
         "learn from random walks over who rated what (RP3beta, Paudel et al. 2017)"),
    REAL(FIT, "models", RP3BETA "alpha", 0, 2, "0.5",
         "probabilities of steps are taken to this power"),
    REAL(FIT, "models", RP3BETA "beta", 0, 2, "0.5",
         "divide a movie's weights by its number of raters to this power; 0: off"),
    INT(FIT, "models", RP3BETA "neighbors", 1, 100000, "200",
        "weights kept of each movie, the largest ones"),
    REAL(FIT, "models", RP3BETA "popularity_discount", 0, 2, "0",
         "divide a movie's score by its number of raters to this power; 0: off"),
    REAL(QUERY, "rank", RP3BETA "share", -1, 1, "-1",
         "its share of collaborative filtering in the blend; below 0: as training learned"),
    REAL(FIT, "models", POPULARITY "half_life", 0, 1e6, "0",
         "days in which a rating comes to count half for a movie's popularity, back from the "
         "newest rating; 0: all count alike"),

    BOOL(FIT, "models", IALS "enabled", "false",
         "learn a factor model by alternating least squares over all pairs of users and "
         "movies (iALS; Hu et al. 2008, Rendle et al. 2022)"),
    INT(FIT, "models", IALS "factors", 1, 512, "64", "numbers that describe a user or a movie"),
    INT(FIT, "models", IALS "iterations", 1, 1000, "12",
        "times that all users, then all movies are solved for"),
    INT(FIT, "models", IALS "steps", 1, 1000, "3",
        "steps of conjugate gradients for each of them, from where it stands"),
    REAL(FIT, "models", IALS "regularization", 1e-6, 1e6, "0.25",
         "ridge, times what regularization_exponent says"),
    REAL(FIT, "models", IALS "regularization_exponent", 0, 2, "0.5",
         "the ridge of a user grows with (ratings + unobserved_weight * movies)^this, a "
         "movie's likewise; 0: all have the same"),
    REAL(FIT, "models", IALS "unobserved_weight", 0, 1000, "0.15",
         "weight of each pair of a user and a movie, rated or not, to be predicted as 0"),
    INT(FIT, "models", IALS "seed", 0, 9007199254740991, "1", "of the movies' first factors"),
    REAL(FIT, "models", IALS "popularity_discount", 0, 2, "0",
         "divide a movie's score by its number of raters to this power; 0: off"),
    REAL(QUERY, "rank", IALS "share", -1, 1, "-1",
         "its share of collaborative filtering in the blend; below 0: as training learned"),

    REAL(QUERY, "rank", HYBRID "cf_weight", 0, 1, "0.6",
         "weight of collaborative filtering in the blend"),
    REAL(QUERY, "rank", HYBRID "content_weight", 0, 1, "0.4",
         "weight of content similarity in the blend"),
    REAL(QUERY, "rank", HYBRID "popularity_weight", 0, 1, "0",
         "weight of popularity in the blend"),
    CHOICE(QUERY, "rank", HYBRID "fusion", "auto|calibrated|minmax|rrf|learned", "auto",
           "how sources become comparable: calibrated turns ranks into expected relevance, "
           "minmax scales scores, rrf is reciprocal rank; auto: the better of the first two "
           "in training; learned: a ranker that training fits, in place of the weights "
           "above"),
    INT(FIT, "models", HYBRID "calibration_users", 10, 1000000, "2000",
        "users, at most, whose ratings are partly hidden in training to learn the fusion"),
    REAL(FIT, "models", HYBRID "calibration_share", 0.05, 0.95, "0.2",
         "share of such a user's ratings that is hidden"),
    CHOICE(FIT, "models", HYBRID "calibration_hides", "random|newest", "random",
           "which ratings: of each such user any, or of all ratings the newest"),

    REAL(QUERY, "rank", RERANK "quality_weight", 0, 1, "0.05",
         "w in final = recall*(1 - w) + quality*w; recall and quality lie within 0..1"),
    REAL(QUERY, "rank", RERANK "popularity_weight", 0, 1, "0.4",
         "part of quality that is popularity: raters / most raters of any movie"),
    REAL(QUERY, "rank", RERANK "rating_weight", 0, 1, "0.6",
         "part of quality that is the mean rating, scaled to 0..1 by the ends of the scale"),
    REAL(QUERY, "rank", RERANK "rating_damping", 0, 1e6, "0",
         "mean rating in quality: this many ratings of the overall mean are added; 0: plain"),

    INT(QUERY, "rank", LIST "top_n", 1, 100000, "20", "movies in a list"),
    REAL(QUERY, "rank", LIST "min_rating_threshold", 0, 5, "3",
         "leave out movies with a lower predicted rating, on a scale of 0..5; 0: none"),
    REAL(QUERY, "rank", LIST "prediction_damping", 0, 1e6, "5",
         "predicted rating: weight of the movie's own mean beside the neighbours' ratings"),
    INT(QUERY, "rank", LIST "min_ratings", 0, 1e12, "0",
        "leave out movies that fewer people have rated"),
    CHOICE(QUERY, "rank", LIST "rated_movies", "leave_out|keep", "leave_out",
           "movies that the user has rated: never in the list, or candidates like all others"),
    REAL(QUERY, "rank", LIST "diversity", 0, 1, "0",
         "trade score for variety (maximal marginal relevance): 0 is score only, 1 variety "
         "only"),
    REAL(QUERY, "rank", LIST "calibrated_genres", 0, 1, "0",
         "trade score for genres in the shares that they have in what the user rated: 0 is "
         "score only, 1 genres only"),

    INT(EVALUATE, "eval", "evaluation.k", 1, 100000, "10",
        "length of the lists that are scored, in movies"),
    TEXT(EVALUATE, "eval", "evaluation.cutoffs", "",
         "more lengths at which lists are scored, such as 5,20,50"),
    CHOICE(EVALUATE, "eval", "evaluation.profile",
           "recsys|recbole|elliot|ranx|trec|lenskit|rectools|msrec|dacrema|vaecf|lightgcn|"
           "ncf",
           "recsys", "whose definitions of the metrics are used; the gate has its own"),
    CHOICE(EVALUATE, "eval", DEFINITION "precision_of",
           "profile|k|list|relevant|achievable|list_or_relevant", "profile",
           "precision is hits divided by: K, the list's length, the relevant movies, "
           "min(K, relevant) or min(length, relevant)"),
    CHOICE(EVALUATE, "eval", DEFINITION "recall_of",
           "profile|k|list|relevant|achievable|list_or_relevant", "profile",
           "recall is hits divided by one of the same"),
    CHOICE(EVALUATE, "eval", DEFINITION "map_of",
           "profile|k|list|relevant|achievable|list_or_relevant", "profile",
           "average precision is the precisions at hits divided by one of the same"),
    CHOICE(EVALUATE, "eval", DEFINITION "gain", "profile|binary|linear|exp2|exp2_threshold",
           "profile",
           "gain of a movie of grade g in NDCG: 1 if relevant; g; 2^g - 1; "
           "2^(g - t + 1) - 1 with relevant from t on"),
    CHOICE(EVALUATE, "eval", DEFINITION "discount", "profile|log2|log2_from_2", "profile",
           "a gain at a rank is divided by log2(rank + 1) or log2(max(rank, 2))"),
    CHOICE(EVALUATE, "eval", DEFINITION "ideal", "profile|achievable|all|k", "profile",
           "ideal list in NDCG: the best min(K, relevant) gains, all, or K gains of 1"),
    CHOICE(EVALUATE, "eval", DEFINITION "map", "profile|average_precision|mean_precision",
           "profile", "MAP of precisions at hits, or the mean of precisions at 1 to K"),
    CHOICE(EVALUATE, "eval", DEFINITION "f1", "profile|user_mean|of_means", "profile",
           "F1: mean of the users' F1, or F1 of mean precision and mean recall"),
    CHOICE(EVALUATE, "eval", DEFINITION "hit_rate", "profile|any|count", "profile",
           "hit rate: share of users with a hit, or hits per user"),
    CHOICE(EVALUATE, "eval", DEFINITION "no_relevant", "profile|skip|zero|precision_alone",
           "profile",
           "a user without a relevant movie: is left out, counts 0, or has a "
           "precision of 0 and nothing else"),
    CHOICE(EVALUATE, "eval", DEFINITION "users",
           "profile|judged|listed|listed_but_ndcg|complete", "profile",
           "means are over: users with judgements; of them those with a list; the same, but "
           "all for NDCG; complete: a user without a list is an error"),
    CHOICE(EVALUATE, "eval", DEFINITION "ties",
           "profile|file|rising|falling|rising_number|falling_number|popularity|average",
           "profile",
           "equal scores of a run: as they stand in the file; by the bytes of the ids; by ids "
           "as numbers; most rated first; or the mean over all their orders"),
    CHOICE(EVALUATE, "eval", DEFINITION "coverage_of", "profile|movies|rated|padded|count",
           "profile",
           "coverage is the listed movies divided by: all movies, those with a "
           "training rating, movies + 1, or 1"),
    CHOICE(EVALUATE, "eval", DEFINITION "coverage_in", "profile|shares|percent", "profile",
           "coverage as it is, or 100 times that"),
    CHOICE(EVALUATE, "eval", DEFINITION "gini", "profile|index|complement", "profile",
           "Gini index of how often movies are listed, or 1 - it (divided by movies - 1)"),
    CHOICE(EVALUATE, "eval", DEFINITION "entropy", "profile|bits|nats_per_movie", "profile",
           "entropy of the listed movies in bits, or in nats divided by their number"),
    TEXT(EVALUATE, "eval", "evaluation.candidates", "",
         "file with user and movie in each row: these and the judged movies are ranked, not "
         "all (sampled negatives; the profile ncf needs it)"),
    CHOICE(EVALUATE, "eval", "evaluation.candidate_movies", "all|rated", "all",
           "movies that a model ranks: all, or those with a training rating"),
    CHOICE(EVALUATE, "eval", "evaluation.seen_mask", "train|none", "train",
           "movies that are never in a model's lists: those of the user's training ratings, or "
           "none"),
    TEXT(
        EVALUATE, "eval", "evaluation.seen_ratings", "",
        "file with user and movie in each row, such as a validation part: these are never in a "
        "model's lists either"),
    INT(EVALUATE, "eval", "evaluation.decimals", 0, 17, "17",
        "means are told rounded to so many decimals (RecBole: 4); 17: as they are"),
    BOOL(EVALUATE, "eval", "evaluation.auc", "false",
         "rank all movies for each user, for the area under the ROC curve"),
    BOOL(EVALUATE, "eval", "evaluation.pairs", "false",
         "look at pairs of users, for diversity_jaccard: all of them, or a sample where they "
         "are very many"),
    INT(EVALUATE, "eval", "evaluation.pair_sample", 0, 1e9, "0",
        "pairs of users that are drawn for diversity_jaccard; 0: all, or a million where they "
        "are very many"),
    TEXT(EVALUATE, "eval", "evaluation.breakdowns", "",
         "metrics of parts too: activity (of users, by training ratings), popularity (of "
         "relevant "
         "movies), time (of test ratings), with commas between them"),
    TEXT(EVALUATE, "eval", "evaluation.user_attributes", "",
         "file with a column user and others, for a breakdown by each of these"),
    BOOL(
        EVALUATE, "eval", "evaluation.predictions", "false",
        "predict the test ratings too, for RMSE and MAE; of a run: its scores are predictions"),
    REAL(EVALUATE, "eval", "evaluation.relevance_threshold", 0, 1, "0.8",
         "a test rating from this share of the scale's top on is relevant"),
    REAL(EVALUATE, "eval", "evaluation.relevant_grade", -1e6, 1e6, "1",
         "a judgement beside a run is relevant from this grade on"),
    TEXT(EVALUATE, "eval", "evaluation.split", "user-random:0.2",
         "how ratings are divided for training and test; docs/evaluation.md lists the ways"),
    INT(EVALUATE, "eval", "evaluation.seed", 0, 9007199254740992.0, "1",
        "number that decides which ratings are test"),
    CHOICE(
        EVALUATE, "eval", "evaluation.interval", "auto|bca|percentile|normal|none", "auto",
        "confidence intervals of means over users: by the bootstrap, bias-corrected (bca) or "
        "of plain percentiles; by the normal distribution; auto: bca, but normal where users "
        "x replicates are over 2^28"),
    INT(EVALUATE, "eval", "evaluation.replicates", 100, 1000000, "10000",
        "resamples of the bootstrap and of the randomisation test"),
    REAL(EVALUATE, "eval", "evaluation.confidence", 0.5, 0.9999, "0.95",
         "confidence of intervals; a difference is called significant if its adjusted p is "
         "below 1 - this"),
    REAL(EVALUATE, "eval", GATE "precision", 0, 1, "0.01",
         "quality gate: precision at 10 must reach this share"),
    REAL(EVALUATE, "eval", GATE "hit_rate", 0, 1, "0.1",
         "quality gate: hit rate at 10 must reach this share of users"),
    REAL(EVALUATE, "eval", GATE "coverage", 0, 1, "0.05",
         "quality gate: coverage at 10 must reach this share of movies"),
    INT(EVALUATE, "eval", GATE "users", 0, 1e12, "10",
        "quality gate: this many users must have been evaluated"),
    TEXT(EVALUATE, "eval", GATE "rules", "",
         "quality gate: more rules, such as \"ndcg@10 >= 0.25, recall@20 >= 0.1\""),
    TEXT(EVALUATE, "eval", GATE "champion.metric", "ndcg",
         "quality gate beside a deployed model, the champion: this metric at 10, on the users "
         "that both have lists for, must not be worse than the champion's by more than margin"),
    REAL(EVALUATE, "eval", GATE "champion.margin", 0, 1, "0.02",
         "share of the champion's value that may be lost"),
    REAL(EVALUATE, "eval", GATE "champion.confidence", 0.5, 0.9999, "0.95",
         "how sure that must be: the one-sided lower bound of the difference is held against "
         "the margin"),
    REAL(EVALUATE, "eval", GATE "champion.coverage_loss", 0, 1, "0.1",
         "share of the champion's coverage that may be lost"),
    REAL(EVALUATE, "eval", GATE "champion.tail_loss", 0, 1, "0.1",
         "share of the champion's tail (list places that little known movies have) that may be "
         "lost"),
};

const size_t rs_option_table_count = sizeof rs_option_table / sizeof *rs_option_table;
