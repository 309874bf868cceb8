#include "memory.h"

#include <malloc.h>

namespace dvol {

bool keep_freed_pages() {
#ifdef __GLIBC__
  const int threshold = mallopt(M_MMAP_THRESHOLD, 256 << 20);
  const int trim = mallopt(M_TRIM_THRESHOLD, 1 << 30);
  return threshold == 1 && trim == 1;
#else
  return false;
#endif
}

}  // namespace dvol
