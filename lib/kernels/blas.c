#include "kernels/blas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "base/error.h"

static const char library[] = "libopenblas.so.0";
static pthread_once_t once = PTHREAD_ONCE_INIT;
static rs_blas blas;
static int is_there;

/* Put the address of a function into a pointer to one; 0: there is none. */
static int find(void *from, const char *name, void *function)
{
    void *found = dlsym(from, name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}

#define FIND_ALL(from, prefix)                                                                 \
    (find(from, "cblas_" #prefix "gemm", &blas.prefix##gemm) &&                                \
     find(from, "cblas_" #prefix "syrk", &blas.prefix##syrk) &&                                \
     find(from, "cblas_" #prefix "trsm", &blas.prefix##trsm) &&                                \
     find(from, "cblas_" #prefix "trmm", &blas.prefix##trmm) &&                                \
     find(from, #prefix "potrf_", &blas.prefix##potrf) &&                                      \
     find(from, #prefix "trtri_", &blas.prefix##trtri) &&                                      \
     find(from, #prefix "lauum_", &blas.prefix##lauum))

/* It stays loaded: its threads must not outlive their code. */
static void load(void)
{
    char *(*core)(void);
    void *from = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (from == NULL) return;
    is_there = FIND_ALL(from, s) && FIND_ALL(from, d) &&
               find(from, "openblas_get_num_threads", &blas.get_threads) &&
               find(from, "openblas_set_num_threads", &blas.set_threads) &&
               find(from, "openblas_get_corename", &core);
    if (is_there) blas.core = core();
}

recsys_status rs_blas_open(const rs_blas **out, recsys_error *err)
{
    if (pthread_once(&once, load) != 0 || !is_there)
        return rs_fail(err, RECSYS_E_UNSUPPORTED,
                       "OpenBLAS is needed for this and \"%s\" cannot be loaded (Debian: "
                       "libopenblas0-pthread)",
                       library);
    *out = &blas;
    return RECSYS_OK;
}
