//! Everything that is said about a text, once: the messages of findings, their labels, help and fixes, and the
//! notes of hover and completion. `{0}`, `{1}` are slots; a row's name is its key in the message catalogues.

use super::ast::What;
use crate::base::{Phrase, Slot};

crate::base::messages! {
    /// What findings say.
    pub(crate) enum Say in "diag" {
        // Reading characters and numbers.
        TextTooLong "the text is too long";
        NoClosingQuote "this text has no closing quote";
        TextEndsOnItsLine "A text ends on the line where it begins; it may go on in a second text beside it.";
        AddTheClosingQuote "Add the closing quote";
        CommentNeverEnds "this comment never ends";
        CloseTheComment "Close it with `*/`; everything after it is part of the comment until then.";
        CharacterNotUsed "the language does not use `{0}`";
        NumberDoesNotFit "this number does not fit into 64 bits";
        NotANumber "`{0}` is not a number";
        NumbersAre "Numbers are whole (`12`, `0xC4`), times (`20us`, `15.625ms`, `2s`, `500ns`) or sizes (`64KB`, `1MB`); a nanosecond is the smallest time.";

        // Grammar.
        MissingAfterThis "`{0}` is missing after this";
        NeededHere "`{0}` is needed here";
        Add "Add `{0}`";
        CommaOrParenNeeded "`,` or `)` is needed here";
        ClosingBraceNeeded "`}` is needed before this";
        BlockStillOpen "this block is still open";
        TextNeeded "a text in quotes is needed here";
        ValueNeeded "a value is needed here";
        ValueNotStatement "a value is needed here; `{0}` begins a statement";
        PageableNeeded "`var` or a word that declares code, such as `function`, is needed here";
        NameNeeded "a name is needed here";
        FieldNameNeeded "a field's name is needed here";
        ParameterNameNeeded "a parameter's name is needed here";
        SettingNameNeeded "the name of a setting is needed here";
        DeviceNameNeeded "the name of a device is needed here";
        BodyNameNeeded "the name of code, such as an isr, a dpc, an apc or a thread, is needed here";
        KernelRoutineNeeded "`KernelRoutine` is needed here";
        MarkerNameNeeded "the marker's name is needed here";
        VariableNameNeeded "the variable's name is needed here";
        TextNameNeeded "`title`, `about` or the name of a marker is needed here";
        ApcKindNeeded "the kind of APC is needed here: `special`, `normal` or `user`, or `;`";
        TagNeeded "a language tag such as `ko` or `pt-BR` is needed here";
        InterruptNeeded "`interrupt` and a device, or a source such as `nmi`, are needed here";
        OptionNeeded "`jitter`, `from`, `until`, `count` or `interrupt` is needed here";
        ClaimNeeded "a claim is needed here: `order`, `bugcheck`, `deadlock`, `completed`, `count` or `latency`";
        ComparisonNeeded "a comparison is needed here: `==`, `!=`, `<`, `<=`, `>` or `>=`";
        DeclarationNeeded "a declaration is needed here";
        DeclarationsBegin "Declarations begin with a word such as `device`, `isr`, `dpc`, `thread` or `at`.";
        BeginsNoDeclaration "`{0}` does not begin a declaration";
        BeginsNoStatement "`{0}` does not begin a statement";
        SettingInCode "`{0}:` begins no statement";
        SettingsInParentheses "Settings of code stand in parentheses before it, such as `dpc Name (importance: High) { }`.";
        CommaBetweenSettings "a `,` is needed between settings in parentheses";
        UnitIsApart "a unit follows its number without a space";
        RemoveTheSpace "Remove the space";
        BraceClosesNothing "this `}` closes nothing";
        ElseWithoutIf "this `else` belongs to no `if`";
        ConditionCompares "`=` assigns; a condition compares with `==`";
        CannotBeAssigned "this cannot be assigned to";
        LeftSides "The left side is a variable, or `Status` or `Information` of an irp.";
        VariableHasNoType "a variable has no type: all values are 64-bit integers";
        ParameterHasNoType "a parameter has no type: all values are 64-bit integers";
        CastChangesNothing "a cast changes nothing: all values are 64-bit integers";
        RemoveIt "Remove it";
        OneVariableEach "each variable has a `var` of its own";
        ObjectsStandOutside "Objects are declared outside code: `{0}`.";
        CodeIsDeclaredWith "An ISR is declared with `isr`, the routine of a DPC with `dpc`, a thread with `thread`, other code with `function`.";
        TextIsNoValue "a text is no value";
        TextsStandIn "A text stands behind `work`, or in `marker name \"...\";`, where the log and the timeline show it.";
        NoSuchStatement "the language has no `{0}`";
        StatementsAre "It has `if`, `while`, `do` and `for`.";
        NoArrays "a variable holds one number";
        VariableForEach "Use a variable for each value.";
        OptionsBeforeSource "the options of `every` stand before what comes";
        PutThemThere "Put them there";
        PassedByName "objects are passed by name, without `&`";
        RemoveAmpersand "Remove the `&`";
        PutTranslations "Put translations into a `translation {0} { ... }` block, normally at the end of the text.";
        TooDeep "more than {0} levels of nesting";
        MoveIntoFunction "Move a part into a function; the text after this place was not read.";

        // Names.
        GivenTwice "`{0}` is given twice";
        FirstGivenHere "first given here";
        DeclaredTwice "`{0}` is declared twice";
        FirstDeclaredHere "first declared here";
        DeclaredHere "declared here";
        MarkerTwice "the marker `{0}` is there twice";
        FirstHere "first here";
        HasAMeaning "`{0}` already has a meaning in the language";
        ChooseAnotherName "Choose a name that is no routine, no constant and no word of the language.";
        NothingIsCalled "nothing is called `{0}`";
        NameOfNeeded "The name of {0} is needed here.";
        NamesComeToBe "A variable comes to be by its first assignment; objects are declared.";
        IsNot "`{0}` is {1}, not {2}";
        NothingToTranslate "there is no `{0}` to translate";
        EntriesBegin "An entry begins with `title`, `about` or the name of a marker.";
        NoSuchPart "`{0}` has no part `{1}`";
        PartsAre "An APC with a `kernel { }` block has the part `KernelRoutine`, one with a `rundown { }` block `RundownRoutine`.";
        CreatesSystemThreads "`{0}` creates threads that are declared with `system thread`";
        CreatesUserThreads "`{0}` creates threads of user-mode code, declared with `thread`";
        NoSuchApcField "an apc has no field `{0}`";
        ApcFieldsAre "Its fields are `KernelRoutine`, `RundownRoutine` and `NormalRoutine`.";
        RoutineIsGiven "the routines of an APC are set when it is initialised";
        InitializeTheApc "KeInitializeApc sets them; a kernel routine changes what is to follow by its parameter `NormalRoutine`.";
        NormalRoutineTakes "`NormalRoutine` is set to NULL, or to the `NormalRoutine` of an apc";
        RunsInMode "the NormalRoutine of `{0}` runs in `{1}`";
        NoSuchField "an irp has no field `{0}`";
        FieldsAre "Its fields are `Status`, `Information`, `PendingReturned`, `Cancel` and `CancelIrql`.";
        NoSuchMessageField "a message has no field `{0}`";
        MessageFieldsAre "Its fields are those of PORT_MESSAGE (`DataLength`, `Type`, `MessageId`, `ClientId`, `Data`) and of its attributes (`PortContext`, `ViewBase`, `Handle` and so on).";
        FieldIsRead "`{0}` of a message is written by the kernel alone";
        OnlyIrpHasFields "`{0}` is a variable; only an irp or a message has fields";
        NoSuchBugcheck "no bugcheck is called `{0}`";
        GiveBugcheck "Give its code, such as `0xC4`, or its name, such as `ATTEMPTED_SWITCH_FROM_DPC`.";

        // Settings, stimuli and claims.
        NeedsSetting "`{0}` needs the setting `{1}`";
        NoSuchSetting "`{0}` has no setting `{1}`";
        HasNoSettings "It has no settings.";
        SettingsAre "Its settings are {0}.";
        Takes "`{0}` takes {1}";
        TheNameOf "the name of {0}";
        ForExample "Write, for example, `{0}: {1}`.";
        LiesBetween "`{0}` lies between {1} and {2}";
        CanOnlyBe "`{0}` can only be {1}";
        OrPassiveLevel "Or write `synchronize_irql: PASSIVE_LEVEL`: a system thread calls the ISR, which may wait.";
        NotDeviceLevels "Levels outside this range do not belong to devices on {0}.";
        TimeWithUnit "a time with its unit, such as `20us` or `1ms`";
        NumberOfBytes "a number of bytes";
        PlainNumber "a plain number";
        MakeItMicroseconds "Make it microseconds";
        TimeNeedsUnit "a time needs its unit, such as `20us` or `1ms`";
        TimeNotNegative "a time cannot be negative";
        WindowEndsFirst "the window ends before it begins";
        ItBeginsHere "it begins here";
        ComesAfterTheEnd "the run ends at {0}, before this comes";
        LetItRunLonger "Let it run longer: `machine { end: {0}; }`.";
        PeriodTooShort "a period must be longer than 0";
        JitterTooLong "the jitter must be shorter than the period";
        ThePeriod "the period";
        PlainCount "a count is a plain number from 0 on";
        BugcheckTooLarge "a bugcheck code has 32 bits";
        NotAConstant "`{0}` is not a constant";
        MustBeKnown "this must be known before the run begins";
        ValueMustBeKnown "This value must be known before the run begins.";
        UserCodeIsPageable "user-mode code is pageable as it is";
        SynchronizeTooLow "`synchronize_irql` is below the device's irql {0}";
        SynchronousFileAtPort "`{0}` is opened for synchronous I/O and cannot be bound to a completion port";
        PortWantsOverlapped "A completion port takes files of overlapped I/O: leave out `synchronous_io` or `completion_port`.";
        PassiveHasNoLock "the ISR of `{0}` runs at PASSIVE_LEVEL, and no spin lock keeps others from it";
        PassiveHasEvent "A spin lock raises the IRQL, and that ISR may wait: an event of the kernel's takes its place, which KeSynchronizeExecution takes too. Leave out `spinlock`.";
        PassiveSharesNot "the vector of a passive-level interrupt is its own here";
        PassiveOwnLine "Its line stays masked until a thread has run its ISR; an ISR at device level cannot wait for that. Leave out `share`.";
        PassiveLockStops "`{0}` is a passive-level interrupt and has no spin lock to acquire";
        PassiveUseExecution "On Windows this call stops the machine. Use `KeSynchronizeExecution({0}, ...)`, which takes the event of the interrupt.";
        PassiveExecution "{0} waits for the event of a passive-level interrupt: it is legal at PASSIVE_LEVEL, and this code runs at {1}";
        PassiveFromThread "Call it from a thread or a work item.";
        IsrMasksItself "The ISR must mask its own interrupt, so it runs at the device's level or above.";
        VectorTaken "the vector 0x{0} is taken";
        BuiltInVectors "On x86 Windows has 0x3D, 0x41, 0xC1, 0xD1, 0xE1 and 0xEF for itself.";
        VectorsOfLevel "on x64 the vectors of level {0} are 0x{1}0 to 0x{1}F";
        NotLazyOnX64 "x64 writes each level to CR8: IRQL is lazy with `irql: x86` only";
        ByThisDevice "by this device";
        SharersAreAlike "Devices that share a vector have the same `irql`, `processor` and `mode`.";
        SharersAgree "Devices may share a vector when each of them says `share: TRUE`.";
        NoApcKind "`{0}` is no kind of APC: `special`, `normal` or `user`";
        SpecialIsKernelRoutine "the code of a special APC is its KernelRoutine already";
        WriteIntoBody "Write the code directly into the body, or make the APC `normal`.";

        DriversInACircle "the drivers below `{0}` come back to it";
        TooManyLocations "the requests have too many stack locations";

        // Limits.
        MendTheseFirst "there is more to say; mend these first";
        TooManyObjects "more than {0} objects of one kind";
        TooManyStimuli "more than {0} stimuli";
        TooManyVectors "there are not enough vectors for so many devices";
        TooMuchCode "the scenario has too much code from here on";
        MakeItSmaller "Leave some out, or make two scenarios of it.";
        MostSlots "A piece of code has room for 250 variables and values in between: move a part into a function.";
        MostOperations "All code together has at most 65,534 operations.";
        TooManyVariables "`{0}` has too many variables";

        // Code.
        NotCallable "`{0}` is {1} and cannot be called";
        QueueTheDpc "A DPC is queued with `KeInsertQueueDpc`; the kernel runs it.";
        QueueTheApc "An APC is queued with `KeInsertQueueApc` or `QueueUserAPC`; the kernel runs it.";
        QueueTheWorkItem "A work item is queued with `IoQueueWorkItem` or `ExQueueWorkItem`; a worker thread calls its routine.";
        IsrRunsByItself "An ISR runs when its device interrupts.";
        OnlyCodeIsCalled "Only routines, functions and services are called.";
        NoSuchRoutine "there is no routine `{0}`";
        NotModelled "`{0}` is known and not modelled here";
        UseRoutine "Use `{0}`.";
        DeclareIt "A declaration stands for it: `{0}`.";
        UseMarker "Write `marker name \"...\";`: the log and the timeline show its text, and the log the values of global variables.";
        LookAtStatus "How a request stands is in its `Status`: STATUS_PENDING until it is over.";
        SpendItsTime "Declare a `function` or a `service` of this name that spends its time with `work`.";
        CallOrDeclare "Call a documented routine, or declare a `function` or a `service` of this name.";
        ReturnsNothing "`{0}` returns nothing; the value here is 0";
        TakesCount "`{0}` takes {1}, not {2}";
        NoArguments "no arguments";
        OneArgument "1 argument";
        Arguments "{0} arguments";
        ArgumentsFromTo "{0} to {1} arguments";
        KernelRoutineHere "`{0}` is a kernel routine, and this is user-mode code";
        UserRoutineHere "`{0}` is for user-mode code, and this is kernel code";
        FunctionCalledHere "the function is called here";
        Counterpart "The routine of this mode is `{0}`.";
        CallInUserThread "Only user-mode code calls it: a `thread` without `system`, or a function that such a thread calls.";
        DeclareService "User-mode code reaches the kernel through system services: declare a `service`.";
        MakeSystemThread "Make it a system thread";
        VariableForOldLevel "the name of a variable that receives the old level";
        NameOfGlobal "the name of a global variable";
        VariableForValue "the name of a variable that receives the value";
        CallbackTakesOne "`{0}` takes {1}; `{2}` gives it one, the context";
        TakesAndIs "`{0}` takes {1}; `{2}` is {3}";
        DpcHasNoRoutine "the DPC in `{0}` has no routine: it would run at address 0";
        GiveItADpc "Give the device the setting `dpc`, or call `IoInitializeDpcRequest` before.";
        BoundToNoThread "`{0}` is bound to no thread, so there is no queue for it";
        GiveItAThread "Give it the attribute `thread`, or a thread by `KeInitializeApc`.";
        BindIt "Bind it to `{0}`";
        NeedsUserApc "`{0}` needs a user APC; `{1}` is none";
        ItsKind "its kind";
        CallbackOfKernelHere "`{0}` is called in the kernel, and this is user-mode code: it cannot be registered here";
        ToldByPackets "A server in user mode is told by the packets of a completion port, or by a completion list with its event.";
        NeedsDriverBelow "`{0}` needs a driver below, and this request has none there";
        GiveItALower "Give the driver the attribute `lower`, or complete the request here.";
        GiveItADriver "Give the irp a file with the setting `driver`.";
        AnIrql "an IRQL";
        AHandle "a handle, as NtAlpcCreatePort, NtAlpcConnectPort or NtAlpcAcceptConnectPort gave it";
        ABoolean "TRUE or FALSE";
        AMode "KernelMode or UserMode";
        AWaitType "WaitAll or WaitAny";
        AWaitReason "a wait reason, such as Executive";
        ATimeout "a timeout, such as `-1ms` or NULL";
        AWin32Timeout "a time, such as `10ms` or INFINITE";
        AStallTime "a time, such as `50us`";
        AnIncrement "a priority boost, such as IO_NO_INCREMENT";
        AnImportance "an importance, such as HighImportance";
        APriority "a priority, such as LOW_REALTIME_PRIORITY";
        AnAffinity "a set of processors, such as `0x3` for 0 and 1";
        APriorityLevel "a priority relative to the process, such as THREAD_PRIORITY_ABOVE_NORMAL";
        AnApcEnvironment "an APC environment, such as OriginalApcEnvironment";
        AWorkQueueType "CriticalWorkQueue, DelayedWorkQueue or HyperCriticalWorkQueue";
        AnApcRoutine "a routine of an apc, such as `Name.{0}`, or NULL";
        ANumber "a number";
        ForEverIs "For ever is `INFINITE`.";
        NoSuchLevel "there is no level {0}: levels go from 0 to {1}";
        NoSuchProcessor "there is no processor {0}: processors go from 0 to {1}";
        NoSuchAffinity "a set of processors has bits 0 to {0} here, and at least one of them set";
        NoSuchPriority "a thread's priority lies between 1 and 31";
        ProcessorRefused "The routine returns STATUS_INVALID_PARAMETER, and the target stays what it was.";
        NoSuchImportance "an importance lies between 0 and 3";
        ImportancesAre "Write `LowImportance`, `MediumImportance`, `MediumHighImportance` or `HighImportance`.";
        GiveMoreProcessors "The machine has more of them with the setting `processors`.";
        PositiveTimeout "a positive timeout is an absolute system time";
        DurationsAreNegative "A duration from now on is negative.";
        BareDurationsAreNegative "A duration from now on is negative. A bare number counts 100 ns.";
        MakeItRelative "Make it relative";
        AnArray "an array of objects, such as `[A, B]`";
        ArrayOnlyAsArgument "an array stands only where a routine takes one";
        CountsTheArray "`{0}` is the number of objects in the array: {1}";
        TwiceInArray "`{0}` is in the array twice";
        ProcessorIsAffinity "`processor` is an affinity of one processor: give one of the two";
        OutsideProcess "`{0}` may run where its process may not: the affinity of `{1}` is 0x{2}";
        RequestIsOfFile "`{0}` is a request of the file `{1}`";
        RequestHasOwnFile "`{0}` has a file of its own, which no other name stands for";
        GiveItTheFile "Give the irp the setting `file: {0}`, or name the request alone.";
        RequestIsOfLength "`{0}` is a request of {1} bytes";
        OnceInArray "A wait takes each object once: leave one of the two out, and count the array anew.";
        CountOverLimit "the count {0} is above the limit {1}";
        NoLoopAround "there is no loop around this";
        CountsNanoseconds "a duration without a unit counts nanoseconds";
        VariableCountsNanoseconds "a variable counts nanoseconds, and `{0}` only ever gets numbers without a unit";
        SetWithoutUnit "set here without a unit";
        WriteUnitWhereSet "Write the unit where it is set: `10us`, `-1ms`. Only a number in the call itself counts {0}.";
        Milliseconds "milliseconds";
        Microseconds "microseconds";
        HundredNanoseconds "100 ns";
        WriteTheUnit "Write the unit: `10us`, `1ms`, `500ns`.";
        ComputedAndDropped "this value is computed and dropped";
        EqualsCompares "`==` compares; an assignment is written with one `=`.";
        HidesGlobal "this `{0}` hides the global variable of that name";
        TheGlobal "the global variable";
        WithoutVar "Without `var` the assignment writes the global variable.";
        NotAssignable "`{0}` is {1} and cannot be assigned to";
        NotAssignedYet "nothing has been assigned to `{0}` yet; it is 0 here";
        CodeNotValue "`{0}` is code, not a value";
        CallWithParens "A function or a service is called with `()`.";
        RoutineNotValue "`{0}` is a routine, not a value";
        CallIt "Call it";
        NeverGetsHere "no run gets here";
        NeverGoesOn "the code never goes on after this";
        NeverEnds "this loop never ends and never spends time";
        PutWork "Code takes no time unless it says so: put `work 1us;` or a wait into the loop.";
        NothingReads "nothing reads `{0}`";
        NothingUses "nothing uses the {0} `{1}`";
        LetItInterrupt "Let it interrupt: `at 10us interrupt {0};`.";
        GiveItToDevice "Give it to a device: `isr: {0};`.";
        QueueTheItem "Queue it: `ExQueueWorkItem({0}, DelayedWorkQueue);`.";
        QueueIt "Queue it: `KeInsertQueueDpc({0});`.";
        NothingHappens "nothing happens in this scenario";
        LetSomethingHappen "Declare a `thread`, or let a device interrupt: `at 10us interrupt Nic;`.";

        // IRQL.
        LevelOfDevices "device level {0}";
        LevelFromHere "from here on the IRQL is {0}";
        BeginsAtLevel "this code begins at {0}";
        CalledAtLevel "called here at {0}";
        MayWait "`{0}` may wait, and no thread can be switched at {1}";
        ThreadedMayWait "`{0}` may wait, and a threaded DPC keeps to the rules of all DPCs";
        ThreadedMayNot "`{0}` is legal up to {1}, and a threaded DPC keeps to the rules of all DPCs";
        ThreadedIsOrdinary "With `threaded_dpc: FALSE` it runs at DISPATCH_LEVEL, where no thread can be switched.";
        PageMayBeAbsent "`{0}` lies in pageable memory, and the IRQL is {1}";
        CodeMayBeAbsent "`{0}` is pageable code, and runs at {1}";
        CodeMayBeAbsentHere "`{0}` is pageable code, and the IRQL is {1}";
        ThreadedMayBeAbsent "`{0}` is pageable code, and a threaded DPC keeps to the rules of all DPCs";
        RaisesInPageable "this code is pageable, and from here on the IRQL is {0}";
        PagedCodeFails "`PAGED_CODE` asserts an IRQL of at most APC_LEVEL, and it is {0}";
        AssertionStops "The run stops here as a failed assertion.";
        MakeCodeResident "Leave out `paged`: code that runs at DISPATCH_LEVEL or above lies in no pageable section.";
        SplitTheCode "Move what runs at the raised level into a function of its own that is not `paged`.";
        PagedCodeOutside "`{0}` says PAGED_CODE and is not declared `paged`: nothing puts it into pageable memory";
        MakeItPaged "Make it `paged`";
        PagedPoolUpTo "paged pool is legal up to APC_LEVEL, and the IRQL is {0}";
        FaultStops "A page fault cannot be served here: bugcheck 0xD1, DRIVER_IRQL_NOT_LESS_OR_EQUAL.";
        MakeItResident "Leave out `paged`: what is used at DISPATCH_LEVEL or above lies in nonpaged memory.";
        WaitLower "Wait at APC_LEVEL or below; only a wait with timeout 0 is legal at DISPATCH_LEVEL.";
        LegalUpTo "`{0}` is legal up to {1}, and the IRQL is {2}";
        WaitTrueUpTo "`{0}` with Wait = TRUE is legal up to APC_LEVEL, and the IRQL is {1}";
        LegalFrom "`{0}` is legal from {1} on, and the IRQL is {2}";
        LeaveToDpc "Leave it to a DPC: `KeInsertQueueDpc` is legal at any level.";
        VerifierStopsWait "Driver Verifier stops the machine here: bugcheck 0xC4, DRIVER_VERIFIER_DETECTED_VIOLATION, subcode 0x3B.";
        VerifierStops "Driver Verifier stops the machine here: bugcheck 0xC4, DRIVER_VERIFIER_DETECTED_VIOLATION.";
        DpcMustNotBlock "A DPC runs on a borrowed thread, which must not block: if this has to wait, bugcheck 0xB8, ATTEMPTED_SWITCH_FROM_DPC.";
        DpcMustNotAttach "A DPC must leave its borrowed thread in its process: bugcheck 0x5, INVALID_PROCESS_ATTACH_ATTEMPT.";
        StopsInDpcOrNot "If this has to wait, the machine stops: bugcheck 0xB8, ATTEMPTED_SWITCH_FROM_DPC, while a DPC runs; else 0xA, IRQL_NOT_LESS_OR_EQUAL.";
        StopsHere "If this has to wait, the machine stops: bugcheck 0xA, IRQL_NOT_LESS_OR_EQUAL.";
        VerifierWouldStop "`verifier: on` would stop the machine here with bugcheck 0xC4; without it the run shows what comes of it.";
        DpcBelowDispatch "a DPC must not go below DISPATCH_LEVEL";
        RaiseGoesDown "this raise goes down, from {0} to {1}";
        LoweringGoesUp "this lowering goes up, from {0} to {1}";
        EndsAtAnother "this code ends at {0}, and it began at {1}";
        WorkerFindsIt "The worker thread looks when the routine returns: from DISPATCH_LEVEL on, bugcheck 0xE1, WORKER_THREAD_RETURNED_AT_BAD_IRQL.";
        ServiceFindsIt "The return to user mode finds it: bugcheck 0x4A, IRQL_GT_ZERO_AT_SYSTEM_SERVICE.";
        KernelChecksIt "The kernel checks it on return: bugcheck 0xC8, IRQL_UNEXPECTED_VALUE.";
        LowerTheIrql "Lower the IRQL to the saved level with `KeLowerIrql`, or release the spin lock.";

        // Parts of the sentences above.
        ARoutine "a routine";
        AConstant "a constant";
        Comma "{0}, {1}";
        Or "{0} or {1}";
    }
}

crate::base::messages! {
    /// The short notes of hover and completion.
    pub(crate) enum Note in "note" {
        Setting "{0} ({1} setting)";
        Option "{0} (option of every)";
        Field "{0} (field of an irp)";
        Marker "{0} (marker)";
        Parameter "{0} (parameter)";
        Variable "{0} (variable)";
        Of "of {0}";
        Needed "needed";
        Default "default: {0}";
        Bytes "{0} bytes";
        ForEver "for ever";
        Local "local";
        AMarker "marker";
        KernelCode "kernel code";
        UserCode "user-mode code";
        AnyCode "any code";
        AtLevel "{0}, at {1}";
        Levels "{0}, {1} to {2}";
    }
}

crate::base::messages! {
    /// The kinds of thing, in the order of [`What`].
    pub(crate) enum Noun in "noun" {
        Machine "machine";
        Device "device";
        Isr "isr";
        Dpc "dpc";
        Apc "apc";
        Event "event";
        Timer "timer";
        Semaphore "semaphore";
        Process "process";
        Mutex "mutex";
        Mutant "mutant";
        FastMutex "fast_mutex";
        GuardedMutex "guarded_mutex";
        Resource "resource";
        SpinLock "spinlock";
        Iocp "iocp";
        Queue "queue";
        Driver "driver";
        Completion "completion";
        Cancel "cancel";
        File "file";
        Irp "irp";
        Port "port";
        Message "message";
        Variable "variable";
        Thread "thread";
        Function "function";
        Service "service";
        WorkItem "work_item";
    }
}

crate::base::messages! {
    /// One of a kind of thing, in the order of [`What`].
    pub(crate) enum One in "one" {
        Machine "a machine";
        Device "a device";
        Isr "an isr";
        Dpc "a dpc";
        Apc "an apc";
        Event "an event";
        Timer "a timer";
        Semaphore "a semaphore";
        Process "a process";
        Mutex "a mutex";
        Mutant "a mutant";
        FastMutex "a fast_mutex";
        GuardedMutex "a guarded_mutex";
        Resource "a resource";
        SpinLock "a spinlock";
        Iocp "an iocp";
        Queue "a queue";
        Driver "a driver";
        Completion "a completion";
        Cancel "a cancel";
        File "a file";
        Irp "an irp";
        Port "a port";
        Message "a message";
        Variable "a variable";
        Thread "a thread";
        Function "a function";
        Service "a service";
        WorkItem "a work_item";
    }
}

/// `dpc`
pub(crate) fn noun(what: What) -> Noun {
    Noun::ALL[what as usize]
}

/// `a dpc`
pub(crate) fn a(what: What) -> One {
    One::ALL[what as usize]
}

/// `a, b or c`
pub(crate) fn either(words: Vec<Phrase>) -> Phrase {
    let count = words.len();
    let join = |list: Phrase, (at, word): (usize, Phrase)| {
        let between = if at + 1 == count { Say::Or } else { Say::Comma };
        between.with(&[&list, &word])
    };
    let mut words = words.into_iter().enumerate();
    let first = words.next().map_or_else(Phrase::default, |(_, word)| word);
    words.fold(first, join)
}

/// `a dpc, an apc or a thread`
pub(crate) fn one_of(kinds: &[What]) -> Phrase {
    either(kinds.iter().map(|kind| a(*kind).phrase()).collect())
}

#[cfg(all(test, feature = "prose"))]
mod tests {
    use super::{Noun, One, a, noun, one_of};
    use crate::lang::ast::What;
    use crate::lang::settings::what_word;

    #[test]
    fn every_kind_of_thing_has_its_noun() {
        assert_eq!((Noun::ALL.len(), One::ALL.len()), (What::WorkItem as usize + 1, What::WorkItem as usize + 1));
        for what in [What::Machine, What::Event, What::Timer, What::SpinLock, What::Variable, What::WorkItem] {
            let word = what_word(what);
            assert_eq!(noun(what).with(&[]).to_string(), word);
            assert!(a(what).with(&[]).to_string().ends_with(&format!(" {word}")));
        }
        assert_eq!(one_of(&[What::Dpc]).to_string(), "a dpc");
        assert_eq!(one_of(&[What::Dpc, What::Apc, What::Thread]).to_string(), "a dpc, an apc or a thread");
    }
}
