#ifndef GREENROOM_OVERFLOW_REPORT_H_
#define GREENROOM_OVERFLOW_REPORT_H_

#include <cstddef>

namespace greenroom {

// Says why the process dies when native code runs into a guard page.
//
// JavaScript that recurses too deep gets a RangeError, because V8 looks at its
// limit. Native code that recurses below JavaScript does not look; it runs on
// until it touches the guard, and the kernel ends the process. A bare
// "Segmentation fault" would tell nobody that a larger stack is the remedy.

// Makes the calling thread able to report, and the process to listen. Once for
// each thread that has stacks; repeated calls do nothing.
void ReportOverflows();

// The lowest page of every stack in [slab, slab + bytes) is a guard.
void RememberGuards(const char* slab, size_t bytes, size_t stack_size);
void ForgetGuards(const char* slab);

}  // namespace greenroom

#endif  // GREENROOM_OVERFLOW_REPORT_H_
