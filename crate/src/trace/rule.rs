//! The rules that records cite: each id of the kernel's specification with its gist and its sources.

/// A rule of the kernel, or of the simulator itself (`SIM-…`).
#[derive(Clone, Copy, Debug)]
pub struct RuleInfo {
    /// Which one.
    pub rule: Rule,
    /// Its id, such as `IR-6`.
    pub id: &'static str,
    /// What it says, in one sentence.
    pub gist: &'static str,
    /// Where that is known from.
    pub source: &'static str,
}

macro_rules! rules {
    ($($rule:ident = $id:literal, $gist:literal, $source:literal;)*) => {
        /// A rule, by id without the hyphen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[allow(missing_docs)] // the table is the documentation: RuleInfo::gist
        pub enum Rule { $($rule),* }

        /// All rules, in the order of [`Rule`].
        pub static RULES: &[RuleInfo] = &[$(RuleInfo { rule: Rule::$rule, id: $id, gist: $gist, source: $source }),*];
    };
}

rules! {
    SIM1 = "SIM-1", "Things due at one instant happen in the order of processors, then of levels, then of their making.", "the simulator";
    SIM2 = "SIM-2", "A limit of the simulator ends a run that would not end by itself.", "the simulator";
    SIM3 = "SIM-3", "The scenario's own statements: work, variables, markers, assertions, chance.", "the simulator";
    SIM4 = "SIM-4", "The run ends when nothing is left to happen, or at the time the scenario gives.", "the simulator";
    IR1 = "IR-1", "", "";
    IR2 = "IR-2", "", "";
    IR3 = "IR-3", "", "";
    IR4 = "IR-4", "", "";
    IR5 = "IR-5", "", "";
    IR6 = "IR-6", "", "";
    IR7 = "IR-7", "", "";
    IR8 = "IR-8", "", "";
    IR9 = "IR-9", "", "";
    IR10 = "IR-10", "", "";
    IR11 = "IR-11", "", "";
    IR12 = "IR-12", "", "";
    IR13 = "IR-13", "", "";
    IR14 = "IR-14", "", "";
    IR15 = "IR-15", "", "";
    IR16 = "IR-16", "", "";
    IR17 = "IR-17", "", "";
    IR18 = "IR-18", "", "";
    IR19 = "IR-19", "", "";
    IR20 = "IR-20", "", "";
    IR21 = "IR-21", "", "";
    IN1 = "IN-1", "", "";
    IN2 = "IN-2", "", "";
    IN3 = "IN-3", "", "";
    IN4 = "IN-4", "", "";
    IN5 = "IN-5", "", "";
    IN6 = "IN-6", "", "";
    IN7 = "IN-7", "", "";
    IN8 = "IN-8", "", "";
    IN9 = "IN-9", "", "";
    IN10 = "IN-10", "", "";
    IN11 = "IN-11", "", "";
    IN12 = "IN-12", "", "";
    IN13 = "IN-13", "", "";
    IN14 = "IN-14", "", "";
    IN15 = "IN-15", "", "";
    DP1 = "DP-1", "", "";
    DP2 = "DP-2", "", "";
    DP3 = "DP-3", "", "";
    DP4 = "DP-4", "", "";
    DP5 = "DP-5", "", "";
    DP6 = "DP-6", "", "";
    DP7 = "DP-7", "", "";
    DP8 = "DP-8", "", "";
    DP9 = "DP-9", "", "";
    DP10 = "DP-10", "", "";
    DP11 = "DP-11", "", "";
    DP12 = "DP-12", "", "";
    DP13 = "DP-13", "", "";
    DP14 = "DP-14", "", "";
    DP15 = "DP-15", "", "";
    DP16 = "DP-16", "", "";
    DP17 = "DP-17", "", "";
    DP18 = "DP-18", "", "";
    DP19 = "DP-19", "", "";
    DP20 = "DP-20", "", "";
    DP21 = "DP-21", "", "";
    DP22 = "DP-22", "", "";
    DP23 = "DP-23", "", "";
    DP24 = "DP-24", "", "";
    DP25 = "DP-25", "", "";
    DP26 = "DP-26", "", "";
    DP27 = "DP-27", "", "";
    DP28 = "DP-28", "", "";
    DP29 = "DP-29", "", "";
    DP30 = "DP-30", "", "";
    TH1 = "TH-1", "", "";
    TH2 = "TH-2", "", "";
    TH3 = "TH-3", "", "";
    TH4 = "TH-4", "", "";
    TH5 = "TH-5", "", "";
    TH6 = "TH-6", "", "";
    TH7 = "TH-7", "", "";
    TH8 = "TH-8", "", "";
    TH9 = "TH-9", "", "";
    TH10 = "TH-10", "", "";
    TH11 = "TH-11", "", "";
    TH12 = "TH-12", "", "";
    TH13 = "TH-13", "", "";
    TH14 = "TH-14", "", "";
    TH15 = "TH-15", "", "";
    TH16 = "TH-16", "", "";
    TH17 = "TH-17", "", "";
    TH18 = "TH-18", "", "";
    TH19 = "TH-19", "", "";
    WT1 = "WT-1", "", "";
    WT2 = "WT-2", "", "";
    WT3 = "WT-3", "", "";
    WT4 = "WT-4", "", "";
    WT5 = "WT-5", "", "";
    WT6 = "WT-6", "", "";
    WT7 = "WT-7", "", "";
    WT8 = "WT-8", "", "";
    WT9 = "WT-9", "", "";
    WT10 = "WT-10", "", "";
    WT11 = "WT-11", "", "";
    WT12 = "WT-12", "", "";
    WT13 = "WT-13", "", "";
    WT14 = "WT-14", "", "";
    WT15 = "WT-15", "", "";
    WT16 = "WT-16", "", "";
    WT17 = "WT-17", "", "";
    AL1 = "AL-1", "", "";
    AL2 = "AL-2", "", "";
    AL3 = "AL-3", "", "";
    AL4 = "AL-4", "", "";
    AP1 = "AP-1", "", "";
    AP2 = "AP-2", "", "";
    AP3 = "AP-3", "", "";
    AP4 = "AP-4", "", "";
    AP5 = "AP-5", "", "";
    AP6 = "AP-6", "", "";
    AP7 = "AP-7", "", "";
    AP8 = "AP-8", "", "";
    AP9 = "AP-9", "", "";
    AP10 = "AP-10", "", "";
    AP11 = "AP-11", "", "";
    AP12 = "AP-12", "", "";
    AP13 = "AP-13", "", "";
    AP14 = "AP-14", "", "";
    AP15 = "AP-15", "", "";
    AP16 = "AP-16", "", "";
    AP17 = "AP-17", "", "";
    AP18 = "AP-18", "", "";
    AP19 = "AP-19", "", "";
    AP20 = "AP-20", "", "";
    AP21 = "AP-21", "", "";
    AP22 = "AP-22", "", "";
    AP23 = "AP-23", "", "";
    AP24 = "AP-24", "", "";
    AP25 = "AP-25", "", "";
    AP26 = "AP-26", "", "";
    AP27 = "AP-27", "", "";
    AP27B = "AP-27b", "", "";
    AP28 = "AP-28", "", "";
    AP29 = "AP-29", "", "";
    AP30 = "AP-30", "", "";
    SU1 = "SU-1", "", "";
    SU2 = "SU-2", "", "";
    SU3 = "SU-3", "", "";
    SU4 = "SU-4", "", "";
    SU5 = "SU-5", "", "";
    SU6 = "SU-6", "", "";
    SU7 = "SU-7", "", "";
    TE1 = "TE-1", "", "";
    TE2 = "TE-2", "", "";
    TE3 = "TE-3", "", "";
    AT1 = "AT-1", "", "";
    AT2 = "AT-2", "", "";
    AT3 = "AT-3", "", "";
    SE1 = "SE-1", "", "";
    SE2 = "SE-2", "", "";
    SE3 = "SE-3", "", "";
    IO1 = "IO-1", "", "";
    IO2 = "IO-2", "", "";
    IO3 = "IO-3", "", "";
    IO4 = "IO-4", "", "";
    IO5 = "IO-5", "", "";
    IO6 = "IO-6", "", "";
    IO7 = "IO-7", "", "";
    IO8 = "IO-8", "", "";
    LP1 = "LP-1", "", "";
    LP2 = "LP-2", "", "";
    LP3 = "LP-3", "", "";
    LP4 = "LP-4", "", "";
    LP5 = "LP-5", "", "";
    LP6 = "LP-6", "", "";
    LP7 = "LP-7", "", "";
    LP8 = "LP-8", "", "";
    LP9 = "LP-9", "", "";
    LP10 = "LP-10", "", "";
    LP11 = "LP-11", "", "";
    LP12 = "LP-12", "", "";
    LP13 = "LP-13", "", "";
    LP14 = "LP-14", "", "";
    LP15 = "LP-15", "", "";
    LP16 = "LP-16", "", "";
    LP17 = "LP-17", "", "";
    LP18 = "LP-18", "", "";
    LP19 = "LP-19", "", "";
    LP20 = "LP-20", "", "";
    LP21 = "LP-21", "", "";
    LP22 = "LP-22", "", "";
    BC1 = "BC-1", "", "";
    BC2 = "BC-2", "", "";
    BC3 = "BC-3", "", "";
    BC4 = "BC-4", "", "";
}

impl Rule {
    /// The row of the table.
    #[inline]
    #[must_use]
    pub fn info(self) -> &'static RuleInfo {
        &RULES[self as usize]
    }

    /// The rule with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        RULES.get(number as usize).map(|r| r.rule)
    }

    /// The rule with this id, such as `IR-6`.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        RULES.iter().find(|r| r.id == id).map(|r| r.rule)
    }
}
