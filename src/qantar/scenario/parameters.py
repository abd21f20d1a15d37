"""Every parameter of the model: its name, unit, meaning and admissible range.

The values are data (``parameters.yaml`` of a scenario). No parameter is named after a place or
serves one place only. The equations that use them stand in the docstrings of the systems.
"""

from __future__ import annotations

from pydantic import Field

from qantar.scenario.parameters_palace import (
    AftermathParameters,
    AllianceParameters,
    HoldingParameters,
    MoveParameters,
    PalaceParameters,
    UnitParameters,
)
from qantar.scenario.value import Frozen, ParameterGroup, Value, quantity


class EconomyParameters(ParameterGroup):
    """Income, hardship and the salience of prices (model page *economy*)."""

    gini: Value = quantity("share", "Gini coefficient of disposable income in the country", low=0.0, high=0.9, of_country=True)
    hardship_slope: Value = quantity("1", "kappa: steepness of hardship in log(basket / income)", low=0)
    basket_share: Value = quantity("share", "cost of the basket over the country's mean income before the crisis", low=0)
    basket_locality: Value = quantity("1", "elasticity of the basket's cost to the region's mean income", low=0, high=1)
    fuel_basket_weight: Value = quantity(
        "share", "share of the basket spent on motor fuel by those who run on it", low=0, high=1, of_country=True
    )
    income_precarious: Value = quantity("1", "income of precarious work, relative to the region's mean", low=0)
    income_out_of_work: Value = quantity("1", "income without work, relative to the region's mean", low=0)
    income_secure: Value = quantity("1", "income of secure work, relative to the region's mean", low=0)
    income_rise: Value = quantity("share", "rise of nominal incomes since the year of income_mean", low=-0.9, of_country=True)
    debt_service: Value = quantity("share", "share of income that goes into paying debts", low=0, high=0.9, of_country=True)
    lockdown_loss: Value = quantity(
        "share", "income that precarious work lost in lockdowns and has not got back", low=0, high=0.9, of_country=True
    )
    lockdown_loss_newcomer: Value = quantity(
        "share", "further loss of newcomers, who work where lockdowns were strict", low=0, high=0.9, of_country=True
    )
    jobs_lost: Value = quantity(
        "share", "rise of unemployment, relative, that the shares of livelihoods do not have yet", low=0, of_country=True
    )
    food_share: Value = quantity("share", "share of the basket spent on food", low=0, high=1, of_country=True)
    food_rise: Value = quantity("share", "rise of food prices since the year of income_mean", low=-0.9, of_country=True)
    other_rise: Value = quantity("share", "rise of all other prices since the year of income_mean", low=-0.9, of_country=True)
    oil_price: Value = quantity("USD/barrel", "oil price before the crisis", low=0, of_country=True)
    oil_break_even: Value = quantity("USD/barrel", "oil price at which the budget balances", low=1, of_country=True)
    oil_budget_share: Value = quantity("share", "share of the budget that comes from oil", low=0, high=1, of_country=True)
    fund_years: Value = quantity("years", "reserve fund, in years of the budget", low=0, of_country=True)
    fund_release: Value = quantity("share", "part of the fund that can be drawn in a year", low=0, high=1, of_country=True)
    budget_per_head: Value = quantity("currency/year", "state budget a head and year, in the country's currency", low=1, of_country=True)
    newcomer_hardship: Value = quantity("1", "hardship shift of newcomers, who lack a net, on the log basket / income scale")
    hardship_weight: Value = quantity("log-odds", "b_g: weight of hardship in grievance")
    salience_weight: Value = quantity("log-odds", "b_s: weight of a fresh price step among the fully exposed")
    salience_decay: Value = quantity("hours", "tau of the salience of a price step", low=1)
    salience_rise: Value = quantity("hours", "tau with which people meet a new price, filling their tanks", low=0.5)
    cause_weight: Value = quantity("log-odds", "b_c: weight of the general cause")
    cause_rate: Value = quantity("1/hour", "growth of the general cause while protest is fully visible", low=0)
    cause_half: Value = quantity("people per million", "seen crowd at which the general cause grows at half its rate", low=0)
    cause_steepness: Value = quantity("1", "how sharply the general cause tells a wave from the usual small protests", low=1, high=8)
    cause_decay: Value = quantity("hours", "tau of the general cause", low=1)


class MediaParameters(ParameterGroup):
    """How far protest is heard (model page *media*)."""

    word_of_mouth: Value = quantity("share", "part of far influence that travels without the internet", low=0, high=1)
    news_lag: Value = quantity("hours", "tau with which crowds elsewhere become known", low=0.1)
    blackout_lag_factor: Value = quantity("1", "factor on the news lag when nothing is connected", low=1)
    blackout_curiosity: Value = quantity("log-odds", "push (or pull) into the street when the net is cut; either sign (Hassanpour 2014)")
    blackout_coordination: Value = quantity("share", "loss of security coordination under a full blackout", low=0, high=1)


class StreetParameters(ParameterGroup):
    """Who joins, leaves, turns violent, is held or hurt (model page *streets*)."""

    base_propensity: Value = quantity("log-odds", "b0: propensity of the median resident in a country without news")
    propensity_scale: Value = quantity("log-odds", "sigma: spread of private readiness", low=0)
    join_rate_max: Value = quantity("1/hour", "lambda_max: rate at which those who surely want to, join at the busiest hour", low=0)
    term_male: Value = quantity("log-odds", "men, relative to women")
    term_young: Value = quantity("log-odds", "age 16-29, relative to 30-44")
    term_middle: Value = quantity("log-odds", "age 45-62, relative to 30-44")
    term_old: Value = quantity("log-odds", "age 63 and over, relative to 30-44")
    term_precarious: Value = quantity("log-odds", "precarious work, relative to secure work")
    term_out_of_work: Value = quantity("log-odds", "out of work, relative to secure work")
    term_newcomer: Value = quantity("log-odds", "newcomers, relative to locals")
    activity_night: Value = quantity("share", "activity in the dead of night, relative to the busiest hour", low=0, high=1)
    activity_peak_hour: Value = quantity("hour of day", "local hour at which most people are free to come", low=0, high=24)
    activity_width: Value = quantity("hours", "width of the daily activity bump", low=1)
    curfew_activity: Value = quantity("1", "factor on activity during curfew hours", low=0, high=1)
    near_weight: Value = quantity("log-odds", "b_near: pull of a crowd nearby")
    near_half: Value = quantity("share", "k_near: crowd per resident nearby at half the pull", low=0)
    near_scaling: Value = quantity("1", "gamma: the half-pull crowd grows with residents nearby to this power", low=0, high=1.5)
    near_reference: Value = quantity("people", "residents nearby at which k_near applies as it stands", low=1)
    near_range: Value = quantity("km", "bandwidth of the nearby kernel", low=0.1)
    far_weight: Value = quantity("log-odds", "b_far: pull of protest elsewhere, when fully online")
    far_half: Value = quantity("share", "attention-weighted crowd per resident at half the pull", low=0)
    far_distance: Value = quantity("km", "distance scale of attention, (1 + km / scale)^-1", low=1)
    far_exact: Value = quantity(
        "km", "pairs nearer than this are exact, farther ones go region to region, in the own region as at this distance", low=0
    )
    far_by_region: Value = quantity("share", "part of attention that goes by region and not by distance", low=0, high=1)
    arrest_weight: Value = quantity("log-odds", "rho: weight of the estimated chance of arrest", low=0)
    arrest_visibility: Value = quantity("1", "k of 1 - exp(-k F / (crowd + c0))", low=0)
    crowd_offset: Value = quantity("people", "c0: crowd below which an officer faces the street alone", low=0.01)
    efficacy_weight: Value = quantity("log-odds", "e0: protest is seen to work after a concession; either sign")
    efficacy_decay: Value = quantity("hours", "tau of efficacy", low=1)
    backlash_weight: Value = quantity("log-odds", "e1: anger at force used on peaceful people; either sign")
    clash_decay: Value = quantity("hours", "tau of a clash in memory", low=0.5)
    clash_half: Value = quantity(
        "share", "hours of used force (officers per peaceful protester nearby), fading with clash_decay, at half the clash signal", low=0
    )
    fear_weight: Value = quantity("log-odds", "weight of fear in joining", low=0)
    fear_decay: Value = quantity("hours", "tau of fear", low=1)
    fear_death: Value = quantity("per 100,000", "fear added by one death per 100,000 residents seen", low=0)
    fear_detention: Value = quantity("per 100,000", "fear added by one detention per 100,000 residents seen", low=0)
    fear_violence: Value = quantity("1/hour", "fear added an hour by violence that fills the street", low=0)
    fear_elsewhere: Value = quantity(
        "share", "share of the country's rate in deaths and detentions as seen, the rest being the own region's", low=0, high=1
    )
    fear_violent_share: Value = quantity("1", "fear of the violent, relative to the peaceful", low=0)
    noise_join: Value = quantity("1", "standard deviation of the gamma noise on joining per region and day", low=0)
    noise_turn: Value = quantity("1", "standard deviation of the gamma noise on turning per region and day", low=0)
    outing_hours: Value = quantity("hours", "mean time out by day, in three gamma stages", low=0.5)
    leave_night: Value = quantity("1", "factor on leaving at night, at full lack of activity", low=1)
    leave_curfew: Value = quantity("1", "factor on leaving during a curfew", low=1)
    leave_fear: Value = quantity("1/hour", "rate of going home afraid, per unit of fear", low=0)
    rest_hours: Value = quantity("hours", "mean rest at home before a tired protester may return", low=1)
    hide_hours: Value = quantity("hours", "mean time at home of those who left afraid", low=1)
    travel_weight: Value = quantity(
        "1", "pull of a destination's crowd against staying, per unit of near signal and of its share of the residents within reach", low=0
    )
    travel_distance: Value = quantity("km", "distance at which the pull of a destination falls to 1/e", low=1)
    travel_reach: Value = quantity("km", "nobody travels farther to a protest", low=1)
    travel_destinations: Value = quantity("places", "most towns that people of one place consider", low=0)
    turn_rate: Value = quantity(
        "1/hour", "rho_v: rate of turning violent at full anonymity in a very large crowd; 1 - chi of it with no force and no clash", low=0
    )
    turn_male_young: Value = quantity("1", "factor on turning of men aged 16-29", low=0)
    turn_male_other: Value = quantity("1", "factor on turning of men of other ages", low=0)
    turn_female: Value = quantity("1", "factor on turning of women, relative to men of other ages", low=0)
    turn_clash_share: Value = quantity("share", "chi: part of turning that clashes drive, the rest is lack of deterrence", low=0, high=1)
    turn_deterrence: Value = quantity("1", "deterrence of turning per unit of F / (crowd + c0)", low=0)
    turn_crowd: Value = quantity("people", "crowd at which turning runs at half its rate", low=0)
    turn_steepness: Value = quantity("1", "above 1 turning rises faster than a small crowd does", low=1)
    turn_contagion: Value = quantity("1", "added turning at a crowd that is all violent", low=0)
    anonymity_base: Value = quantity("log-odds", "anonymity of an average street")
    anonymity_newcomer: Value = quantity("log-odds", "anonymity per share of newcomers among residents")
    anonymity_traveller: Value = quantity("log-odds", "anonymity per share of travellers in the crowd")
    anonymity_size: Value = quantity("log-odds", "anonymity per tenfold of the residents nearby above 100,000")
    anonymity_organisation: Value = quantity("log-odds", "loss of anonymity per unit of local organisation")
    anonymity_brokerage: Value = quantity("log-odds", "loss of anonymity per unit of brokerage")
    loot_rate: Value = quantity("1/hour", "rate at which opportunists join a full disorder", low=0)
    loot_half: Value = quantity("share", "violent nearby beyond the force, per resident, at half the disorder", low=0)
    loot_holiday: Value = quantity("1", "factor on looting on holidays; above or below 1", low=0)
    detain_rate: Value = quantity("1/hour", "detentions per officer on the scene and hour, of peaceful protesters", low=0)
    detain_half: Value = quantity("1", "protesters per officer at half the rate of detention", low=0)
    detain_violent: Value = quantity("1", "weight of a violent protester in detention", low=0)
    raid_rate: Value = quantity("1/hour", "raids: detentions per free officer and hour among those at home who were out", low=0)
    raid_half: Value = quantity("people", "people at home who were out, at half the rate of raids", low=0.01)
    raid_start: Value = quantity("share", "raids need the streets empty: crowd over the wave's threshold above which there are none", low=0)
    curfew_arrest_rate: Value = quantity("1/hour", "detentions of curfew-breakers per free officer and curfew hour", low=0)
    curfew_remand_share: Value = quantity("share", "share of curfew-breakers delivered who are remanded", low=0, high=1)
    remand_share: Value = quantity("share", "share of those delivered who are remanded", low=0, high=1)
    release_hours: Value = quantity("hours", "mean time until one not remanded is released", low=1)
    jail_per_resident: Value = quantity("share", "cells and yards for the detained, per resident of the region", low=1e-9)
    injure_rate: Value = quantity("1/hour", "hits, hurt or killed, per violent protester and hour in full contact with force", low=0)
    injure_peaceful: Value = quantity("1", "weight of a peaceful protester in being hit", low=0)
    kill_share: Value = quantity("share", "deaths per hit without permission to shoot", low=0, high=1)
    shoot_injure: Value = quantity("1", "factor on hits under orders to shoot; above or below 1", low=0)
    shoot_kill_share: Value = quantity("share", "deaths per hit under orders to shoot, bystanders among them", low=0, high=1)
    bystander_rate: Value = quantity("1/hour", "hits per armed patrolman and hour where there was violence, under orders to shoot", low=0)
    patrol_memory: Value = quantity("hours", "tau with which patrols keep treating a place as violent", low=1)
    custody_death_rate: Value = quantity("1/hour", "deaths in custody per detained and hour", low=0)
    security_injury_rate: Value = quantity("1/hour", "hits per officer and hour in full contact with the violent", low=0)
    security_death_share: Value = quantity("share", "deaths per officer hit", low=0, high=1)
    arms_lethality: Value = quantity("1", "harm that one arm per violent protester adds to that done with bare hands, which is 1", low=0)
    injured_recovery: Value = quantity("hours", "mean time until the injured are home again", low=1)


class SiteParameters(ParameterGroup):
    """Assaults on guarded places (model page *sites*)."""

    assault_rate: Value = quantity(
        "1/hour", "rate of assault on a site by a violent crowd far larger than assault_people, however it is guarded", low=0
    )
    assault_ratio: Value = quantity("1", "violent protesters per guard at which an assault succeeds as often as not", low=0.001)
    assault_people: Value = quantity("people", "violent protesters near one site at which assault runs at half its rate", low=0)
    hold_hours: Value = quantity("hours", "mean time until a taken site is left again, nobody organising", low=0.5)
    arms_carried: Value = quantity("share", "share of a fallen store's arms that reach the street", low=0, high=1)


class SecurityParameters(ParameterGroup):
    """Force, readiness, obedience (model page *security*)."""

    readiness_holiday: Value = quantity("share", "part of the men who can be used on a holiday, before recall", low=0, high=1)
    readiness_recalled: Value = quantity("share", "part of the men who can be used after recall", low=0, high=1)
    recall_hours: Value = quantity("hours", "tau of recall", low=0.5)
    response_hours: Value = quantity(
        "hours", "tau with which men reach a crowd in their own place, while the neighbourhood wants more men than are there", low=0.1
    )
    stand_down_hours: Value = quantity("hours", "tau with which men leave a street, while the neighbourhood wants no more", low=0.1)
    contact_ratio: Value = quantity("1", "officers who can face one protester", low=0)
    contact_violent: Value = quantity("1", "officers sent against one violent protester, beyond those of contact_ratio", low=0)
    contact_guard: Value = quantity("people", "officers sent to the smallest gathering", low=0)
    road_speed: Value = quantity("km/hour", "speed of columns by road", low=1)
    air_speed: Value = quantity("km/hour", "speed of movements by air", low=1)
    air_preparation: Value = quantity("hours", "time to load and unload an airlift", low=0)
    air_beyond: Value = quantity("km", "movements longer than this go by air", low=0)
    shirk_base: Value = quantity("log-odds", "shirking of a unit that faces nobody")
    shirk_crowd: Value = quantity("log-odds", "shirking per tenfold of the crowd over the unit")
    shirk_kinship: Value = quantity("log-odds", "shirking per unit of kinship with the crowd")
    shirk_morale: Value = quantity("log-odds", "loss of shirking per unit of morale")
    morale_loss: Value = quantity("1/hour", "morale lost an hour by a unit that is outnumbered by the violent", low=0)
    morale_recovery: Value = quantity("hours", "tau of morale", low=1)
    rout_ratio: Value = quantity("1", "violent protesters per officer nearby at which rout runs at half its rate", low=0.001)
    rout_rate: Value = quantity("1/hour", "rate of rout of a unit that is hopelessly outnumbered", low=0)
    regroup_hours: Value = quantity("hours", "tau with which routed men can be used again", low=1)
    rout_arms: Value = quantity("share", "arms lost to the crowd per routed man", low=0, high=1)
    freed_per_guarantor: Value = quantity("1", "own men freed from guard duty by one man of the guarantor", low=0)
    guard_duty: Value = quantity("share", "part of the recalled men who stand guard and are not on the streets", low=0, high=1)
    posture_stand_aside: Value = quantity("share", "part of the force used under 'stand aside'", low=0, high=1)
    posture_guard: Value = quantity("share", "part of the force used under 'guard'", low=0, high=1)
    posture_contain: Value = quantity("share", "part of the force used under 'contain'", low=0, high=1)
    posture_disperse: Value = quantity("share", "part of the force used under 'disperse'", low=0, high=1)


class NarrativeParameters(ParameterGroup):
    """Legitimacy, blame, frames and brokerage (model page *narrative*)."""

    legitimacy_start: Value = quantity("share", "L before the crisis", low=0, high=1, of_country=True)
    legitimacy_death: Value = quantity("per 100,000", "loss per death per 100,000 residents, the forces' own included", low=0)
    legitimacy_loot: Value = quantity("1/hour", "gain of an order that is seen to be threatened, at full disorder (either sign)")
    legitimacy_foreign: Value = quantity("1/hour", "loss per hour under foreign troops at full nationalism", low=0)
    legitimacy_relief: Value = quantity("share", "gain when whoever is blamed goes", low=0, high=1)
    legitimacy_recovery: Value = quantity("hours", "tau with which legitimacy returns to its level", low=1)
    nationalism: Value = quantity("share", "how much foreign troops are resented", low=0, high=1, of_country=True)
    blame_price: Value = quantity("1/hour", "how fast a fresh price step moves blame to the government", low=0)
    blame_cause: Value = quantity("1/hour", "how fast the general cause moves blame to the patron of the order", low=0)
    blame_death: Value = quantity("per 100,000", "how far a death per 100,000 residents moves blame to the president", low=0)
    blame_disorder: Value = quantity("1/hour", "how fast full disorder moves blame to the rioters", low=0)
    blame_foreign: Value = quantity("1/hour", "how fast foreign troops move blame to the president at full nationalism", low=0)
    statement_weight: Value = quantity("share", "how far one statement moves blame at full reach and trust", low=0, high=1)
    frame_decay: Value = quantity("hours", "tau with which the foreign frame is forgotten", low=1)
    brokerage_loss: Value = quantity("per 100,000", "brokerage lost per detained per 100,000 residents, relative", low=0)
    brokerage_needed: Value = quantity("share", "brokerage below which nobody can sign a deal", low=0, high=1)


class JudgementParameters(ParameterGroup):
    """How a run is read: thresholds of endings and of counts (model page *endings*)."""

    region_protest: Value = quantity("people", "a region is in protest on a day when some place in it reaches this", low=1)
    small_protest: Value = quantity("people", "a protest is a place-day that reaches this", low=1)
    wave: Value = quantity("people", "a wave is a day with more than this many participants", low=1)
    control_crowd: Value = quantity("people", "control is back when the national crowd stays below this", low=1)
    control_violent: Value = quantity("people", "and the violent in the whole country stay below this", low=1)
    control_calm: Value = quantity("hours", "and both have done so for this long", low=1)
    broken_share: Value = quantity("share", "order is broken when this share of people lives where the state was routed", low=0, high=1)
    broken_hours: Value = quantity("hours", "and that for this long without a break", low=1)


class Parameters(Frozen):
    """All groups; the file ``parameters.yaml`` has these names as its top level."""

    economy: EconomyParameters
    media: MediaParameters
    streets: StreetParameters
    sites: SiteParameters
    security: SecurityParameters
    narrative: NarrativeParameters
    palace: PalaceParameters
    holding: HoldingParameters
    moves: MoveParameters
    units: UnitParameters
    alliance: AllianceParameters
    aftermath: AftermathParameters
    judgement: JudgementParameters


class Inheritance(Frozen):
    """Parameters that are those of a scenario of the library, but for some facts of the country."""

    scenario: str = Field(description="whose parameters are used as they stand")
    own: tuple[str, ...] = Field(default=(), description="paths, such as economy.gini, of the values that are the country's own")
