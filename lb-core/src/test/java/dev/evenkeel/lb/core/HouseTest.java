package dev.evenkeel.lb.core;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The floors of the house, as docs/architecture.md draws them. */
@AnalyzeClasses(packages = "dev.evenkeel.lb", importOptions = DoNotIncludeTests.class)
class HouseTest {
    @ArchTest
    static final ArchRule a_package_stands_on_lower_floors_only = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.evenkeel.lb..")
            .layer("api")
            .definedBy("dev.evenkeel.lb.api")
            .layer("time")
            .definedBy("dev.evenkeel.lb.core.time")
            .layer("load")
            .definedBy("dev.evenkeel.lb.core.load")
            .layer("flight")
            .definedBy("dev.evenkeel.lb.core.flight")
            .layer("select")
            .definedBy("dev.evenkeel.lb.core.select")
            .layer("plan")
            .definedBy("dev.evenkeel.lb.core.plan")
            .layer("outlier")
            .definedBy("dev.evenkeel.lb.core.outlier")
            .layer("retry")
            .definedBy("dev.evenkeel.lb.core.retry")
            .layer("check")
            .definedBy("dev.evenkeel.lb.core.check")
            .layer("pool")
            .definedBy("dev.evenkeel.lb.core.pool")
            .layer("health")
            .definedBy("dev.evenkeel.lb.core.health")
            .layer("discovery")
            .definedBy("dev.evenkeel.lb.core.discovery")
            .layer("membership")
            .definedBy("dev.evenkeel.lb.core.membership")
            .layer("core")
            .definedBy("dev.evenkeel.lb.core")
            .whereLayer("core")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("discovery")
            .mayOnlyBeAccessedByLayers("core")
            .whereLayer("membership")
            .mayOnlyBeAccessedByLayers("core")
            .whereLayer("health")
            .mayOnlyBeAccessedByLayers("core")
            .whereLayer("pool")
            .mayOnlyBeAccessedByLayers("health", "membership", "core")
            .whereLayer("outlier")
            .mayOnlyBeAccessedByLayers("health", "core")
            .whereLayer("outlier")
            .mayOnlyBeAccessedByLayers("health", "core")
            .whereLayer("check")
            .mayOnlyBeAccessedByLayers("core")
            .whereLayer("retry")
            .mayNotBeAccessedByAnyLayer() // only adapters use it
            .whereLayer("plan")
            .mayOnlyBeAccessedByLayers("pool", "core")
            .whereLayer("select")
            .mayOnlyBeAccessedByLayers("core")
            .whereLayer("load")
            .mayOnlyBeAccessedByLayers("select")
            .whereLayer("flight")
            .mayOnlyBeAccessedByLayers("pool", "health", "core")
            .whereLayer("time")
            .mayOnlyBeAccessedByLayers("pool", "health", "discovery", "membership", "core")
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule there_are_no_cycles =
            slices().matching("dev.evenkeel.lb.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule the_api_needs_nothing_but_the_jdk = classes()
            .that()
            .resideInAPackage("dev.evenkeel.lb.api")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "dev.evenkeel.lb.api", "org.jspecify.annotations"));

    @ArchTest
    static final ArchRule the_core_needs_slf4j_and_nothing_else = noClasses()
            .that()
            .resideInAPackage("dev.evenkeel.lb.core..")
            .should()
            .dependOnClassesThat(not(resideInAnyPackage(
                    "java..",
                    "javax.net.ssl",
                    "javax.crypto..",
                    "dev.evenkeel.lb..",
                    "org.slf4j..",
                    "jdk.jfr",
                    "org.jspecify.annotations")));

    @ArchTest
    static final ArchRule jfr_is_behind_one_door = noClasses()
            .that(not(resideInAPackage("dev.evenkeel.lb.core.flight")).or(simpleName("Flight")))
            .should()
            .dependOnClassesThat(resideInAPackage("jdk.jfr.."));

    @ArchTest
    static final ArchRule only_sticky_tokens_need_cryptography = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.evenkeel.lb.core.select.TokenMint")
            .should()
            .dependOnClassesThat(resideInAPackage("javax.crypto.."));

    @ArchTest
    static final ArchRule nothing_prints = noClasses()
            .that(resideInAPackage("dev.evenkeel.lb.."))
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");
}
