/* Worker threads of a runtime: started when first needed, asleep between calls. */
#ifndef RS_BASE_POOL_H
#define RS_BASE_POOL_H

#include "base/runtime.h"

/* Call job(job_data, i) for i in 0..count-1 on the calling thread and on idle workers, and
 * return after all have returned: what recsys_executor asks for. With a pool that cannot be
 * made the jobs are left to the caller, none of them called. Any number of threads may call
 * this at once, and jobs may too. */
void rs_pool_run(recsys_runtime *runtime, size_t count, void (*job)(void *job_data, size_t i),
                 void *job_data);

/* Join the workers and free the pool, if there is one; nobody uses the runtime any more. */
void rs_pool_destroy(recsys_runtime *runtime);

#endif
