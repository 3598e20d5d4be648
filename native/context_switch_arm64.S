#if defined(__aarch64__) && defined(__linux__)
// AAPCS64: x19-x30, d8-d15 and the stack pointer are callee-saved: 160 bytes.
    .text
    .globl greenroom_switch_context
    .hidden greenroom_switch_context
    .type greenroom_switch_context, %function
    .align 4
greenroom_switch_context:          // x0: void** save, x1: void* load
    .cfi_startproc
    sub sp, sp, #160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    ret
    .cfi_endproc
    .size greenroom_switch_context, .-greenroom_switch_context

    .globl greenroom_enter_context
    .hidden greenroom_enter_context
    .type greenroom_enter_context, %function
    .align 4
greenroom_enter_context:           // x19: entry, x20: argument
    .cfi_startproc
    .cfi_undefined x30             // the outermost frame: unwinders stop here
    mov x0, x20
    blr x19
    brk #1
    .cfi_endproc
    .size greenroom_enter_context, .-greenroom_enter_context
#endif
    .section .note.GNU-stack,"",%progbits
