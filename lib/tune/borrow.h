/* Training with what other models have learned. */
#ifndef RS_TUNE_BORROW_H
#define RS_TUNE_BORROW_H

#include "modelfile/model.h"
#include "tune/shelf.h"

/* Learn a source, or copy its parts from the first lender that learned it with the same options
 * from the same ratings. `borrowing` NULL: learn it. */
recsys_status rs_fit_source(recsys_model *model, size_t source, const recsys_config *config,
                            rs_borrowing *borrowing, const recsys_progress *progress,
                            recsys_error *err);

#endif
