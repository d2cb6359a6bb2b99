/*
 * recsys.h - the whole of librecsys. Each header can be included alone.
 *
 *   base.h       status, errors, runtime (memory, threads, log), version
 *   config.h     options by key
 *   ratings.h    ratings in
 *   catalogue.h  movies in
 *   neighbours.h who is like whom, without a model
 *   model.h      train, save, open, look inside
 *   recommend.h  lists and reasons
 *   split.h      ratings for training and for test
 *   evaluate.h   metrics, quality gate
 *   tune.h       a search for better options
 *
 * Caveats first: a model never changes, make a new one; a context serves one call at a time;
 * results belong to their context until detached; co-rated cosine alone ranks badly (see
 * docs/quality.md), which is why config/config.yaml does not use it.
 */
#ifndef RECSYS_RECSYS_H
#define RECSYS_RECSYS_H

#include <recsys/base.h>
#include <recsys/catalogue.h>
#include <recsys/config.h>
#include <recsys/evaluate.h>
#include <recsys/model.h>
#include <recsys/neighbours.h>
#include <recsys/ratings.h>
#include <recsys/recommend.h>
#include <recsys/split.h>
#include <recsys/tune.h>

#endif
