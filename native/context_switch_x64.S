#if defined(__x86_64__) && defined(__linux__)
// System V: rbx, rbp, r12-r15 and the stack pointer are callee-saved. The
// floating-point control words are too, but neither V8 nor Node changes them.
    .text
    .globl greenroom_switch_context
    .hidden greenroom_switch_context
    .type greenroom_switch_context, @function
    .align 16
greenroom_switch_context:          // rdi: void** save, rsi: void* load
    .cfi_startproc
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .cfi_endproc
    .size greenroom_switch_context, .-greenroom_switch_context

    .globl greenroom_enter_context
    .hidden greenroom_enter_context
    .type greenroom_enter_context, @function
    .align 16
greenroom_enter_context:           // r12: entry, r13: argument
    .cfi_startproc
    .cfi_undefined rip             // the outermost frame: unwinders stop here
    movq %r13, %rdi
    callq *%r12
    ud2
    .cfi_endproc
    .size greenroom_enter_context, .-greenroom_enter_context
#endif
    .section .note.GNU-stack,"",%progbits
